"""The settings of the gateway and of the secret store in the app."""

from __future__ import annotations

from dataclasses import replace

from textual.widgets import Input

from mcptui.model import State
from mcptui.services.settings import update_settings
from mcptui.tui.settings.dialog import SettingsDialog
from mcptui.tui.shell.app import McptuiApp
from mcptui.tui.widgets.choice_line import ChoiceLine
from mcptui.tui.widgets.dialogs import ChoiceDialog, ConfirmDialog
from tests.support.pilot import press, save, saved, settle
from tests.support.scenes import data
from tests.support.scenes.app import MakeApp, demo_gateway
from tests.support.screens import text_grid


def fill(app: McptuiApp, name: str, text: str) -> None:
    app.screen.query_one(f"#{name}", Input).value = text


async def test_they_are_changed_and_saved(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "5", "f2")
        before = app.state
        fill(app, "port", "70000")
        await press(pilot, "ctrl+s")
        assert "✗ must be a whole number from 0 to 65535, not" in text_grid(app)
        fill(app, "port", "4100")
        fill(app, "trusted_proxies", "10.0.0.0/8")
        app.screen.query_one("#survive_app", ChoiceLine).value = "yes"
        app.screen.query_one("#backend", ChoiceLine).value = "vault"
        await save(pilot)
        assert not isinstance(app.screen, SettingsDialog)
        gateway = replace(before.gateway, port=4100, trusted_proxies=("10.0.0.0/8",), survive_app=True)
        assert app.state == replace(before, gateway=gateway, secrets=replace(before.secrets, backend="vault"))
        # One change, which one undo takes back.
        await press(pilot, "u")
        await saved(pilot)
        assert app.state == before


async def test_what_is_emptied_goes_from_the_file(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        file = app.context.workspace.paths.config_file
        pinned = file.read_text(encoding="utf-8") + '\n[gateway]\nhost = "127.0.0.1" # pinned\nseparator = "--"\n'
        assert pinned.count("[gateway]") == 1
        file.write_text(pinned, encoding="utf-8")
        await app.reload_state()
        await press(pilot, "5", "f2")
        fill(app, "host", "")
        fill(app, "separator", " ")
        assert "127.0.0.1" in text_grid(app)
        await save(pilot)
        assert not isinstance(app.screen, SettingsDialog)
        assert 'host = "127' not in file.read_text(encoding="utf-8")
        assert app.state.gateway.separator == "__"


async def test_without_an_edit_nothing_is_written(make_app: MakeApp) -> None:
    app = make_app(State())
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        revision = app.loaded.revision
        await press(pilot, "5", "f2")
        await save(pilot)
        assert not isinstance(app.screen, SettingsDialog)
        assert app.context.workspace.load().revision == revision


async def test_another_host_than_this_machine_is_asked_about(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "5", "f2")
        fill(app, "host", "0.0.0.0")
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, ConfirmDialog)
        await press(pilot, "enter")
        await saved(pilot)
        assert "Not saved" in text_grid(app)
        assert app.state.gateway.host == "127.0.0.1"
        await press(pilot, "ctrl+s", "left", "enter")
        await saved(pilot)
        assert app.state.gateway.host == "0.0.0.0"


async def test_what_others_change_meanwhile_stays_or_is_asked_about(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "5", "f2")
        workspace = app.context.workspace
        gateway = workspace.load().state.gateway
        update_settings(workspace, gateway=replace(gateway, log_level="debug", port=4200))
        fill(app, "port", "4100")
        fill(app, "separator", "--")
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, ChoiceDialog)
        await pilot.click("#mine")
        await saved(pilot)
        after = workspace.load().state.gateway
        assert after == replace(gateway, log_level="debug", port=4100, separator="--")


async def test_what_needs_a_restart_is_marked_and_named_after_saving_not_when_it_is_undone(make_app: MakeApp) -> None:
    gateway = demo_gateway(running=replace(data.STATUS, restart_for=("port",)))
    app = make_app(gateway=gateway)
    async with app.run_test(size=(100, 40), notifications=True) as pilot:
        await settle(pilot)
        await press(pilot, "5", "f2")
        marked = [line for line in text_grid(app).splitlines() if "needs a restart" in line]
        assert ["Host" in line or "Port" in line for line in marked[:2]] == [True, True]
        assert not any("Separator" in line for line in marked)
        fill(app, "port", "4100")
        await save(pilot)
        await saved(pilot)
        assert "applied  ·  restart needed" in text_grid(app)
        gateway.running = data.STATUS
        await press(pilot, "u")
        await saved(pilot)
        assert "Undone: Settings saved  ·  applied  ·  U redo" in text_grid(app)
