"""Adding and editing servers."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from textual.widgets import Input

from mcptui.errors import UnreachableError
from mcptui.model import State
from mcptui.model.auth import OAuth
from mcptui.services import servers
from mcptui.tui.servers.form_screen import ServerFormScreen
from mcptui.tui.servers.paste_box import PasteArea
from mcptui.tui.servers.screen import ServersScreen
from mcptui.tui.shell.app import McptuiApp
from mcptui.tui.widgets.choice_line import ChoiceLine
from mcptui.tui.widgets.dialogs import ChoiceDialog
from tests.support.fake_gateway import FakeGateway
from tests.support.pilot import press, settle
from tests.support.scenes import data
from tests.support.scenes.app import MakeApp, demo_gateway
from tests.support.screens import terminal_output, text_grid

URL = "https://mcp.deepwiki.com/mcp"
SECRET = "canary-7Fh2kQ9x"


async def test_add_in_three_keys_and_a_paste(make_app: MakeApp, check_screen: Callable[..., None]) -> None:
    gateway = demo_gateway()
    app = make_app(State(), gateway)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "n")
        check_screen(app, "empty")
        app.screen.query_one(PasteArea).insert(URL)
        await settle(pilot)
        check_screen(app, "pasted")
        await press(pilot, "enter")
        assert isinstance(app.screen, ServersScreen)
        assert app.state.servers["deepwiki"].url == URL
        assert gateway.asked[-2][0] == "probe" or ("probe", app.state.servers["deepwiki"]) in gateway.asked


async def test_a_failed_probe_explains_and_a_second_save_saves(
    make_app: MakeApp, check_screen: Callable[..., None]
) -> None:
    gateway = demo_gateway(steps=data.PROBE_FAILED)
    app = make_app(State(), gateway)
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        await press(pilot, "n")
        app.screen.query_one(PasteArea).insert("python -m warehouse.mcp")
        await settle(pilot)
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, ServerFormScreen)
        assert not app.state.servers
        check_screen(app)
        await press(pilot, "ctrl+s")
        assert app.state.servers["warehouse"].args == ("-m", "warehouse.mcp")


async def test_without_a_gateway_saving_anyway_is_possible(make_app: MakeApp) -> None:
    error = UnreachableError("The gateway does not run.", hint="s in mode 5 starts it.")
    app = make_app(State(), FakeGateway(steps=[error]))
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        await press(pilot, "n")
        app.screen.query_one(PasteArea).insert(URL)
        await settle(pilot)
        await press(pilot, "ctrl+t")
        assert "The gateway does not run." in text_grid(app)
        assert "s in mode 5 starts it." in text_grid(app)
        await press(pilot, "ctrl+g")
        assert "deepwiki" in app.state.servers


async def test_unfinished_json_gets_a_new_line(make_app: MakeApp) -> None:
    app = make_app(State())
    async with app.run_test() as pilot:
        await settle(pilot)
        await press(pilot, "n", "left_curly_bracket", "enter", "ctrl+j")
        assert app.screen.query_one(PasteArea).text == "{\n\n"


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
        await press(pilot, "a", "a", "a", "k", "space")
        await press(pilot, "ctrl+s")
        assert list(app.state.servers) == ["two", "three"]


async def test_problems_stand_under_their_field(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        await press(pilot, "n")
        app.screen.query_one("#name", Input).value = "files"
        app.screen.query_one("#timeout", Input).value = "x"
        await press(pilot, "ctrl+g")
        grid = text_grid(app)
        assert "is already the name of a server" in grid
        assert "needs a URL or a command" in grid
        assert app.focused is not None
        assert app.focused.id == "name"


async def test_editing_keeps_what_is_not_shown(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        await press(pilot, "j", "j", "e")
        app.screen.query_one("#description", Input).value = "Changed"
        await press(pilot, "ctrl+s")
        before = data.STATE.servers["files"]
        assert app.state.servers["files"] == replace(before, description="Changed")


async def test_an_edited_form_asks_before_it_closes(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        await press(pilot, "e")
        app.screen.query_one("#description", Input).value = "Changed"
        await press(pilot, "escape")
        assert app.screen.query("#discard")
        await press(pilot, "escape")
        assert app.screen.query("#description")
        await press(pilot, "escape")
        await pilot.click("#discard")
        await settle(pilot)
        assert isinstance(app.screen, ServersScreen)
        assert app.state == data.STATE


def _change_on_disk(app: McptuiApp, **changes: object) -> None:
    workspace = app.context.workspace
    server = replace(workspace.load().state.servers["deepwiki"], **changes)  # type: ignore[arg-type]
    servers.update_server(workspace, "deepwiki", server)


async def test_what_others_change_meanwhile_is_kept(make_app: MakeApp, check_screen: Callable[..., None]) -> None:
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        await press(pilot, "e")
        servers.set_servers_enabled(app.context.workspace, ["time"], False)
        _change_on_disk(app, timeout=5.0)
        app.screen.query_one("#description", Input).value = "Mine"
        await app.reload_state()
        await settle(pilot)
        check_screen(app)
        await press(pilot, "ctrl+g")
        saved = app.context.workspace.load().state.servers
        assert (saved["deepwiki"].description, saved["deepwiki"].timeout) == ("Mine", 5.0)
        assert not saved["time"].enabled


async def test_a_change_on_disk_is_not_overwritten_unasked(
    make_app: MakeApp, check_screen: Callable[..., None]
) -> None:
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        await press(pilot, "e")
        _change_on_disk(app, description="Theirs")
        app.screen.query_one("#description", Input).value = "Mine"
        await press(pilot, "ctrl+g")
        assert isinstance(app.screen, ChoiceDialog)
        check_screen(app)
        await press(pilot, "escape")
        assert app.screen.query_one("#description", Input).value == "Mine"
        assert app.context.workspace.load().state.servers["deepwiki"].description == "Theirs"
        await press(pilot, "ctrl+g")
        await pilot.click("#mine")
        await settle(pilot)
        assert app.context.workspace.load().state.servers["deepwiki"].description == "Mine"


async def test_what_is_on_disk_can_be_compared_and_taken_over(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        await press(pilot, "e")
        _change_on_disk(app, description="Theirs")
        app.screen.query_one("#timeout", Input).value = "7"
        await app.reload_state()
        await settle(pilot)
        await press(pilot, "ctrl+l")
        assert "Theirs" in text_grid(app)
        await pilot.click("#reload")
        await settle(pilot)
        screen = app.screen
        assert isinstance(screen, ServerFormScreen)
        assert screen.query_one("#description", Input).value == "Theirs"
        assert not screen.unsaved
        assert not screen.differs_on_disk


async def test_a_server_deleted_meanwhile_is_saved_again_only_when_wanted(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        await press(pilot, "e")
        servers.remove_server(app.context.workspace, ["deepwiki"])
        await press(pilot, "ctrl+g", "escape")
        assert "deepwiki" not in app.state.servers
        assert "Deleted on disk meanwhile" in text_grid(app)
        await press(pilot, "ctrl+g")
        await pilot.click("#mine")
        await settle(pilot)
        assert app.state.servers["deepwiki"].url == URL


async def test_the_cursor_goes_to_what_was_saved(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        await press(pilot, "n")
        app.screen.query_one(PasteArea).insert("https://linear.example/mcp")
        await press(pilot, "ctrl+g")
        assert isinstance(app.screen, ServersScreen)
        assert app.screen.current == "linear"
        assert app.screen.table.table.has_focus


async def test_oauth_has_its_fields(make_app: MakeApp, check_screen: Callable[..., None]) -> None:
    app = make_app(State())
    async with app.run_test(size=(100, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "n")
        app.screen.query_one(PasteArea).insert(URL)
        await settle(pilot)
        app.screen.query_one("#auth_type", ChoiceLine).value = "oauth2"
        await settle(pilot)
        check_screen(app)
        app.screen.query_one("#oauth_scopes", Input).value = "read write"
        app.screen.query_one("#oauth_client_secret", Input).value = SECRET
        app.screen.query_one("#credentials", ChoiceLine).value = "per-key"
        assert SECRET not in terminal_output(app)
        await press(pilot, "ctrl+g")
        server = app.state.servers["deepwiki"]
        assert server.auth == OAuth(
            oauth_scopes=("read", "write"),
            credentials="per-key",
            oauth_client_secret="${secret:server/deepwiki/oauth-client}",
        )


async def test_saving_does_not_overtake_what_was_typed(make_app: MakeApp) -> None:
    app = make_app(State())
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        await press(pilot, "n")
        await pilot.press(*"MODE=fast python -m nothing", "ctrl+g")
        await settle(pilot)
        server = app.state.servers["nothing"]
        assert server.args == ("-m", "nothing")
        assert server.env == {"MODE": "fast"}


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
