"""The history of changes in the app."""

from __future__ import annotations

from mcptui.services import servers
from mcptui.tui.keys.finder import Finder
from mcptui.tui.shell.history_dialog import HistoryDialog
from tests.support.pilot import press, settle
from tests.support.scenes import data
from tests.support.scenes.app import MakeApp
from tests.support.screens import text_grid


async def test_an_earlier_state_is_compared_and_restored(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        await app.change(servers.set_servers_enabled, ["files"], False)
        await press(pilot, "Z")
        assert isinstance(app.screen, Finder)
        assert "+0 −1 lines" in text_grid(app)
        await press(pilot, "enter")
        assert isinstance(app.screen, HistoryDialog)
        assert "-enabled = false" in text_grid(app)
        await press(pilot, "r")
        assert app.state == data.STATE
        await press(pilot, "u")
        assert not app.state.servers["files"].enabled


async def test_one_entry_is_restored(make_app: MakeApp) -> None:
    """What else was changed since that version stays, and one undo brings the entry back."""
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        await app.change(servers.set_servers_enabled, ["files"], False)
        await app.change(servers.set_servers_enabled, ["github"], False)
        await press(pilot, "Z", "down", "enter")
        assert isinstance(app.screen, HistoryDialog)
        await press(pilot, "j")
        shown = text_grid(app)
        assert "server files" in shown
        assert "server github" in shown
        assert shown.count("-enabled = false") == 1
        await press(pilot, "enter", "enter")
        enabled = {name: server.enabled for name, server in app.state.servers.items()}
        assert (enabled["files"], enabled["github"]) in {(True, False), (False, True)}
        await press(pilot, "u")
        assert not app.state.servers["files"].enabled
        assert not app.state.servers["github"].enabled


async def test_a_home_without_a_history_says_so(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(notifications=True) as pilot:
        await settle(pilot)
        await press(pilot, "Z")
        assert [note.message for note in app._notifications] == ["No earlier contents of the state file."]
