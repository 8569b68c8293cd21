"""Servers of other programs in the app."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from mcptui.model import State
from mcptui.tui.clients.import_screen import ImportScreen
from mcptui.tui.servers.screen import ServersScreen
from mcptui.tui.shell.app import McptuiApp
from mcptui.tui.widgets.dialogs import TextDialog
from tests.support.fake_gateway import FakeGateway
from tests.support.pilot import press, settle
from tests.support.scenes import data
from tests.support.scenes.app import MakeApp
from tests.support.screens import text_grid

DATA = Path(__file__).parents[2] / "data" / "clients"
TOKEN = "canary-of-the-import"


def give(app: McptuiApp, name: str, document: dict[str, Any] | str) -> Path:
    """Put a file into the home of the person."""
    file = app.context.machine.home / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
    return file


def screen(app: McptuiApp) -> ImportScreen:
    assert isinstance(app.screen, ImportScreen)
    return app.screen


async def test_ticked_servers_become_one_change(make_app: MakeApp) -> None:
    gateway = FakeGateway()
    app = make_app(State(), gateway)
    cursor = {
        "tracker": {"url": "https://tracker.example/mcp", "headers": {"Authorization": f"Bearer {TOKEN}"}},
        "Notes": {"command": "npx", "args": ["notes-mcp"], "envFile": ".env"},
        "unwanted": {"command": "x"},
    }
    give(app, ".cursor/mcp.json", {"mcpServers": cursor})
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "found 3" in text_grid(app)
        await press(pilot, "i")
        shown = text_grid(app)
        assert "Import 3 of 3 servers from 1 file" in shown
        assert "[x] tracker   new · 1 secret · Cursor · https://tracker.example/mcp" in shown
        await press(pilot, "j")
        assert "! Notes is called notes here" in text_grid(app)
        assert "notes: the variables of .env are not read" in text_grid(app)
        await press(pilot, "j", "space")
        assert "2 of 3 servers" in text_grid(app)
        assert TOKEN not in text_grid(app)
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, ServersScreen)
        assert list(app.state.servers) == ["tracker", "notes"]
        assert app.state.servers["tracker"].headers == {"Authorization": "${secret:server/tracker/authorization}"}
        assert app.context.workspace.secrets.get("server/tracker/authorization") == f"Bearer {TOKEN}"
        assert {asked[0] for asked in gateway.asked} <= {"status", "secret_changed"}
        await press(pilot, "u")
        assert app.state.servers == {}


async def test_names_that_are_taken(make_app: MakeApp) -> None:
    app = make_app()
    assert "deepwiki" in data.STATE.servers
    give(app, ".cursor/mcp.json", {"mcpServers": {"deepwiki": {"command": "other"}, "fresh": {"command": "y"}}})
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        await press(pilot, "i")
        assert "as deepwiki-2" in text_grid(app)
        await press(pilot, "e")
        assert "skipped: name conflict" in text_grid(app)
        assert "1 of 2 servers" in text_grid(app)
        await press(pilot, "e")
        assert "overwrites the existing one" in text_grid(app)
        await press(pilot, "ctrl+s")
        assert app.state.servers["deepwiki"].command == "other"
        await press(pilot, "u")
        assert app.state.servers["deepwiki"] == data.STATE.servers["deepwiki"]


async def test_a_named_file_with_models_groups_and_questions(make_app: MakeApp) -> None:
    app = make_app(State(), FakeGateway())
    give(app, ".gemini/settings.json", "{")
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        await press(pilot, "i")
        assert "Nothing to import" in text_grid(app)
        assert "not valid JSON" in " ".join(text_grid(app).split())  # wherever a long path has it wrapped
        await press(pilot, "n", *"/x", "enter")
        assert "there is no file /x" in app.errors.as_text()
        await press(pilot, "n", "escape")
        screen(app).file.value = str(DATA / "litellm.yaml")
        await press(pilot, "n")
        screen(app).file.value = str(DATA / "litellm.yaml")
        await press(pilot, "enter")
        assert "[x] model claude" in text_grid(app)
        assert "5 of 5 servers" in text_grid(app)
        await press(pilot, "M")
        assert "0 of 5 servers" in text_grid(app)
        await press(pilot, "M", "G", "space", "n")
        screen(app).file.value = str(DATA / "server.json")
        await press(pilot, "enter")
        assert "6 of 9 servers" in text_grid(app)
        assert "from 3 files" in text_grid(app)
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, TextDialog)
        assert "mcptui secret set server/weather-mcp/x-api-key" in text_grid(app)
        assert list(app.state.models) == ["gpt-4o", "local"]
        assert app.state.groups["dev"].servers == ("github_server", "jira")
        await press(pilot, "escape", "i", "escape")
        assert isinstance(app.screen, ServersScreen)
