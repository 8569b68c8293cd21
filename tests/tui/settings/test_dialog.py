"""A dialog of settings."""

from __future__ import annotations

import pytest
from textual.widgets import Input

from mcptui.errors import RefusedError
from mcptui.model import Group
from mcptui.model.names import subject_name_problem
from mcptui.tui.settings.dialog import SettingsDialog
from mcptui.tui.settings.fields import NameField, Read, Values, blank, setting_fields
from mcptui.tui.shell.app import McptuiApp
from mcptui.tui.widgets.dialogs import ChoiceDialog
from tests.support.pilot import press, save, saved, settle
from tests.support.scenes.app import MakeApp
from tests.support.screens import text_grid


class Saved:
    """Takes what is saved, or refuses it."""

    def __init__(self) -> None:
        self.values: list[Values] = []
        self.refuses = False

    async def save(self, found: Read) -> None:
        if self.refuses:
            raise RefusedError("It is taken.", hint="Choose another.")
        self.values.append(found.values)


def opened(app: McptuiApp, kept: Saved) -> SettingsDialog:
    fields = (NameField(problem=subject_name_problem), *setting_fields(Group))
    dialog = SettingsDialog("New group", fields, blank(Group), kept.save, is_new=True, note="Named sets of servers.")
    app.push_screen(dialog)
    return dialog


@pytest.mark.parametrize("size", [(60, 20), (120, 36)])
async def test_it_saves_what_the_fields_say(make_app: MakeApp, size: tuple[int, int]) -> None:
    app, kept = make_app(), Saved()
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        dialog = opened(app, kept)
        await settle(pilot)
        grid = text_grid(app)
        assert "New group" in grid
        assert "Named sets of servers." in grid
        assert "Save (ctrl+s)" in grid
        await press(pilot, *"reading", "enter", *"all", "enter", *"a, b")
        assert "servers and other @groups" in text_grid(app)
        await save(pilot)
        assert kept.values == [{"name": "reading", "description": "all", "servers": ("a", "b")}]
        assert app.screen is not dialog


async def test_what_is_wrong_stands_at_its_field_and_a_refusal_below(make_app: MakeApp) -> None:
    app, kept = make_app(), Saved()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        dialog = opened(app, kept)
        await settle(pilot)
        await press(pilot, "ctrl+s")
        assert "✗ must be 1 to 64" in text_grid(app)
        kept.refuses = True
        await press(pilot, *"reading", "ctrl+s")
        await saved(pilot)
        assert "✗ It is taken. Choose another." in text_grid(app)
        assert app.screen is dialog
        kept.refuses = False
        await save(pilot)
        assert len(kept.values) == 1


async def test_leaving_asks_when_there_are_edits(make_app: MakeApp) -> None:
    app, kept = make_app(), Saved()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        opened(app, kept)
        await settle(pilot)
        await press(pilot, "escape")
        assert not isinstance(app.screen, SettingsDialog)
        dialog = opened(app, kept)
        await settle(pilot)
        dialog.query_one("#name", Input).value = "x"
        await press(pilot, "escape")
        assert isinstance(app.screen, ChoiceDialog)
        await press(pilot, "enter")
        await saved(pilot)
        assert [values["name"] for values in kept.values] == ["x"]
