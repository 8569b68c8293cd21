"""Groups of servers in the Access mode."""

from __future__ import annotations

from dataclasses import replace

from textual.widgets import Input

from mcptui.model import Group, State
from mcptui.services.groups import update_group
from mcptui.tui.access.groups import delete_dialog
from mcptui.tui.settings.dialog import SettingsDialog
from mcptui.tui.settings.named_dialog import NamedDialog
from mcptui.tui.widgets.dialogs import ConfirmDialog
from mcptui.tui.widgets.pick_list import PickList
from tests.support.pilot import press, save, saved, settle
from tests.support.scenes import data
from tests.support.scenes.app import MakeApp
from tests.support.screens import text_grid


async def test_a_first_group_is_made(make_app: MakeApp) -> None:
    app = make_app(State(servers=data.STATE.servers))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "2", "at", *"docs")
        app.screen.query_one("#servers", Input).value = "deepwiki, nobody"
        await save(pilot)
        assert 'there is no server "nobody"' in text_grid(app)
        app.screen.query_one("#servers", Input).value = "deepwiki, files, deepwiki"
        await save(pilot)
        assert app.state.groups == {"docs": Group(name="docs", servers=("deepwiki", "files"))}


async def test_a_group_is_chosen_and_changed_beside_what_others_do(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "2", "at")
        assert app.screen.query(PickList)
        assert "@reading  deepwiki, files  used by org acme, team data" in text_grid(app)
        await press(pilot, "down", "enter")
        before = app.state.groups["reading"]
        update_group(app.context.workspace, "reading", replace(before, description="theirs"))
        app.screen.query_one("#name", Input).value = "docs"
        await save(pilot)
        assert not isinstance(app.screen, SettingsDialog)
        assert app.state.groups == {"docs": replace(before, name="docs", description="theirs")}
        assert app.state.teams["data"].servers == ("@docs", "time")


async def test_nothing_is_opened_without_a_choice(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "2", "at", "escape")
        assert not app.screen.query("#servers")


async def test_a_group_is_deleted_after_a_question_and_comes_back_with_undo(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        before = app.state
        await press(pilot, "2", "at")
        assert "d delete" in text_grid(app)
        await press(pilot, "d")  # on "New group"
        assert not isinstance(app.screen, ConfirmDialog)
        await press(pilot, "down", "d")
        assert "Delete group reading?" in text_grid(app)
        await press(pilot, "enter")
        assert app.state == before
        assert isinstance(app.screen, NamedDialog)
        await press(pilot, "d", "left", "enter")
        await saved(pilot)
        assert app.state.groups == {}
        assert app.state.teams["data"].servers == ("time",)
        assert len(app.screen_stack) == 1
        await press(pilot, "u")
        await saved(pilot)
        assert app.state == before


def test_the_question_names_who_loses_the_servers() -> None:
    assert "Used by org acme, team data;" in str(delete_dialog(data.STATE, "reading")._text)
    assert "Not used." in str(delete_dialog(State(), "reading")._text)
