from __future__ import annotations

import pytest
from textual.app import App, ComposeResult

from mcptui.tui.widgets.row_view import RowView
from tests.support.pilot import press, settle


class Rows(RowView):
    """Hundred rows without anything on them."""

    place = 0

    @property
    def count(self) -> int:
        return 100

    @property
    def cursor_row(self) -> int:
        return self.place

    def go_to_row(self, place: int) -> None:
        self.place = max(0, min(place, self.count - 1))


class RowsApp(App[None]):
    def compose(self) -> ComposeResult:
        yield Rows()


@pytest.mark.parametrize(
    ("keys", "place"), [("j down k", 1), ("up", 0), ("G", 99), ("end home", 0), ("pagedown", 18), ("ctrl+d pageup", 0)]
)
async def test_keys_move_from_row_to_row(keys: str, place: int) -> None:
    app = RowsApp()
    async with app.run_test(size=(20, 20)) as pilot:
        await settle(pilot)
        rows = app.query_one(Rows)
        rows.focus()
        await press(pilot, *keys.split())
        assert rows.place == place
        assert rows.row_at(1) == 0
        assert rows.top_for_cursor() == max(0, place - 18)
