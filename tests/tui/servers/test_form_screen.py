"""Adding and editing servers."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field, replace

from textual.widgets import Input

from mcptui.errors import UnreachableError
from mcptui.model import Server, State
from mcptui.model.auth import OAuth
from mcptui.model.runtime import ProbeStep
from mcptui.services import servers
from mcptui.tui.servers.form_screen import ServerFormScreen
from mcptui.tui.servers.paste_box import PasteArea
from mcptui.tui.servers.screen import ServersScreen
from mcptui.tui.shell.app import McptuiApp
from mcptui.tui.widgets.choice_line import ChoiceLine
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
        await press(pilot, "f5")
        assert "The gateway does not run." in text_grid(app)
        assert "s in mode 5 starts it." in text_grid(app)
        await press(pilot, "ctrl+g")
        assert "deepwiki" in app.state.servers


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


async def test_several_servers_are_tested_before_they_are_saved(make_app: MakeApp) -> None:
    gateway = Moody()
    app = make_app(State(), gateway)
    document = {"mcpServers": {"good": {"url": URL}, "bad": {"command": "nope-server"}}}
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        await press(pilot, "n")
        app.screen.query_one(PasteArea).insert(json.dumps(document))
        await settle(pilot)
        await press(pilot, "enter")
        assert isinstance(app.screen, ServerFormScreen)
        assert not app.state.servers
        grid = text_grid(app)
        assert "good  ✓ ok  1 tool" in grid
        assert "bad   ✗ failed  start: not found" in grid
        await press(pilot, "ctrl+s")
        assert list(app.state.servers) == ["good", "bad"]
        assert sorted(gateway.tried) == ["bad", "good"], "once each"


@dataclass(slots=True)
class Moody(FakeGateway):
    """Servers called "bad" fail."""

    tried: list[str] = field(default_factory=list)

    async def probe(self, server: Server) -> AsyncGenerator[ProbeStep, None]:
        self.tried.append(server.name)
        if server.name == "bad":
            yield ProbeStep(step="spawn", status="failed", detail="not found")
        else:
            yield ProbeStep(step="done", status="ok", result={"tools": [{}]})
