"""A list of options."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.widgets.option_list import Option

from mcptui.tui.text.tone import toned
from mcptui.tui.widgets.pick_list import PickList


class ListApp(App[None]):
    """Only a list."""

    def compose(self) -> ComposeResult:
        yield PickList(*(Option(toned(word, "muted")) for word in ("one", "two", "three")), markup=False)


async def test_keys_of_vi_move_the_cursor_to_the_ends_too() -> None:
    app = ListApp()
    async with app.run_test() as pilot:
        places = []
        for key in ("j", "j", "k", "G", "g"):
            await pilot.press(key)
            places.append(app.query_one(PickList).highlighted)
    assert places == [1, 2, 1, 2, 0]


async def test_an_option_under_the_cursor_has_no_colour_of_its_own() -> None:
    app = ListApp()
    async with app.run_test() as pilot:
        await pilot.press("j")
        pick = app.query_one(PickList)
        styled = [bool(getattr(pick._get_visual(option), "spans", ())) for option in pick.options]
    assert styled == [True, False, True]
