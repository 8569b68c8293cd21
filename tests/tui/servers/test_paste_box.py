"""What people paste to add a server."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from textual.widgets import Input

from mcptui.model import State
from mcptui.tui.servers.paste_box import PasteArea
from tests.support.pilot import press, settle
from tests.support.scenes import data
from tests.support.scenes.app import MakeApp, demo_gateway
from tests.support.screens import terminal_output, text_grid

URL = "https://mcp.deepwiki.com/mcp"
SECRET = "canary-7Fh2kQ9x"


async def test_unfinished_json_gets_a_new_line(make_app: MakeApp) -> None:
    app = make_app(State())
    async with app.run_test() as pilot:
        await settle(pilot)
        await press(pilot, "n", "left_curly_bracket", "enter", "ctrl+j")
        assert app.screen.query_one(PasteArea).text == "{\n\n"


@pytest.mark.parametrize(
    "pasted",
    [
        '{"mcpServers": {"git": {"command": "mcp-server-git",},}}',
        '{"mcpServers": {\n// mine\n"git": {"command": "mcp-server-git"}}}',
        '{"mcpServers": {"git": {"command": "mcp-server-git"}}} /* done */',
    ],
)
async def test_enter_saves_json_with_trailing_commas_and_comments(make_app: MakeApp, pasted: str) -> None:
    app = make_app(State(), demo_gateway())
    async with app.run_test() as pilot:
        await settle(pilot)
        await press(pilot, "n")
        app.screen.query_one(PasteArea).insert(pasted)
        await settle(pilot)
        await press(pilot, "enter")
        assert list(app.state.servers) == ["git"]


async def test_several_servers_from_one_paste(make_app: MakeApp, check_screen: Callable[..., None]) -> None:
    document = {"mcpServers": {"one": {"url": URL}, "two": {"command": "npx", "args": ["two"]}, "three": {"url": URL}}}
    app = make_app(State())
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "n")
        app.screen.query_one(PasteArea).insert(json.dumps(document))
        await settle(pilot)
        await press(pilot, "tab", "j", "space")
        check_screen(app)
        await press(pilot, "M", "M", "M", "k", "space")
        await press(pilot, "ctrl+s")
        assert list(app.state.servers) == ["two", "three"]


async def test_edited_fields_win_over_the_paste(make_app: MakeApp) -> None:
    app = make_app(State())
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        await press(pilot, "n")
        app.screen.query_one(PasteArea).insert(URL)
        await settle(pilot)
        app.screen.query_one("#name", Input).value = "wiki"
        await press(pilot, "ctrl+g")
        assert list(app.state.servers) == ["wiki"]


@pytest.mark.parametrize(
    "pasted",
    [
        f"API_TOKEN={SECRET} npx -y some-server",
        f"npx -y some-server --api-key {SECRET}",
        f"https://mcp.example.com/mcp?api_key={SECRET}",
        f"curl https://mcp.example.com/mcp -H 'Authorization: Bearer {SECRET}'",
        json.dumps({"mcpServers": {"one": {"url": URL, "headers": {"X-API-Key": SECRET + '"ü'}}}}, indent=2),
        json.dumps({"mcpServers": {"one": {"url": URL, "headers": {"X-API-Key": 'ü"' + SECRET}}}}, ensure_ascii=False),
        json.dumps({"mcpServers": {name: {"command": "x", "env": {"TOKEN": SECRET}} for name in ("one", "two")}}),
    ],
)
async def test_secrets_are_covered(make_app: MakeApp, pasted: str) -> None:
    app = make_app(State(), demo_gateway(steps=data.PROBE_FAILED))
    async with app.run_test(size=(100, 44)) as pilot:
        await settle(pilot)
        await press(pilot, "n")
        area = app.screen.query_one(PasteArea)
        area.insert(pasted)
        await settle(pilot)
        assert area.text == pasted
        assert SECRET not in terminal_output(app)
        assert "••••" in text_grid(app)
        await press(pilot, "ctrl+s", "tab", "end")
        assert SECRET not in terminal_output(app)
