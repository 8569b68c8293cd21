"""A list that is a tree: folding by keys, and the filter."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.content import Content

from mcptui.tui.widgets.cells import Cell, Column, Row
from mcptui.tui.widgets.tree_table import TreeTable
from tests.support.pilot import press, settle
from tests.support.screens import text_grid


def row(key: str, above: str = "") -> Row:
    return Row(key, {"name": Cell(key)}, above=above)


ROWS = [row("acme"), row("data", "acme"), row("ci", "data"), row("ops", "acme"), row("lone")]


class TreeApp(App[None]):
    """Only a tree."""

    def __init__(self, rows: list[Row], *, folded: bool = False) -> None:
        super().__init__()
        self.rows = rows
        self.folded = folded
        self.unfolded = 0

    def compose(self) -> ComposeResult:
        yield TreeTable("Tree", [Column("name")], tree="name", empty=Content("nothing"), folded=self.folded)

    def on_mount(self) -> None:
        self.table.set_rows(self.rows)
        self.table.table.focus()

    def on_tree_table_unfolded(self) -> None:
        self.unfolded += 1

    @property
    def table(self) -> TreeTable:
        return self.query_one(TreeTable)


async def test_left_and_right_fold_and_walk() -> None:
    app = TreeApp(ROWS)
    async with app.run_test(size=(40, 12)) as pilot:
        await settle(pilot)
        await press(pilot, "right")
        assert app.table.cursor_key == "data"
        await press(pilot, "right", "l")
        assert app.table.cursor_key == "ci"
        await press(pilot, "left")
        assert app.table.cursor_key == "data"
        await press(pilot, "h")
        assert app.table.shown_keys == ["acme", "data", "ops", "lone"]
        assert "▸ data" in text_grid(app)
        assert app.unfolded == 1
        await press(pilot, "left", "left")
        assert app.table.shown_keys == ["acme", "lone"]
        await press(pilot, "right")
        assert app.table.shown_keys == ["acme", "data", "ops", "lone"]


async def test_all_are_folded_and_unfolded_at_once() -> None:
    app = TreeApp(ROWS, folded=True)
    async with app.run_test(size=(40, 12)) as pilot:
        await settle(pilot)
        assert app.table.shown_keys == ["acme", "lone"]
        await press(pilot, "shift+right")
        assert app.table.shown_keys == [each.key for each in ROWS]
        await press(pilot, "j", "j", "shift+left")
        assert app.table.shown_keys == ["acme", "lone"]
        assert app.table.cursor_key == "acme"


async def test_a_filter_finds_what_is_folded_and_goes_to_it() -> None:
    app = TreeApp(ROWS, folded=True)
    async with app.run_test(size=(40, 12)) as pilot:
        await settle(pilot)
        await press(pilot, "slash", *"ci", "enter")
        assert app.table.shown_keys == ["acme", "data", "ci"]
        assert app.table.cursor_key == "ci"
        await press(pilot, "n")
        assert app.table.cursor_key == "ci"  # the rows above were not found
        await press(pilot, "escape")
        assert app.table.shown_keys == ["acme", "lone"]


async def test_a_flat_list_leaves_the_keys_to_others() -> None:
    app = TreeApp([row("a"), row("b")])
    async with app.run_test(size=(40, 12)) as pilot:
        await settle(pilot)
        assert app.table.check_action("fold", ()) is False
        await press(pilot, "left", "shift+left")
        assert app.table.cursor_key == "a"
        app.table.set_rows(ROWS)
        await settle(pilot)
        assert app.table.check_action("fold", ()) is True


async def test_what_is_gone_to_is_unfolded() -> None:
    app = TreeApp(ROWS, folded=True)
    async with app.run_test(size=(40, 12)) as pilot:
        await settle(pilot)
        app.table.select("ci")
        await settle(pilot)
        assert app.table.cursor_key == "ci"
        assert app.table.shown_keys == [each.key for each in ROWS]
