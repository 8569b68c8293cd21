"""Groups of servers in the Access mode."""

from __future__ import annotations

from dataclasses import replace

from textual.widgets import Input

from mcptui.model import Group, State
from mcptui.services.groups import update_group
from mcptui.tui.settings.dialog import SettingsDialog
from mcptui.tui.widgets.pick_list import PickList
from tests.support.pilot import press, save, settle
from tests.support.scenes import data
from tests.support.scenes.app import MakeApp
from tests.support.screens import text_grid


async def test_a_first_group_is_made(make_app: MakeApp) -> None:
    app = make_app(State(servers=data.STATE.servers))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "2", "S", *"docs")
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
        await press(pilot, "2", "S")
        assert app.screen.query(PickList)
        assert "@reading  deepwiki, files" in text_grid(app)
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
        await press(pilot, "2", "S", "escape")
        assert not app.screen.query("#servers")
