"""What an empty list says."""

from __future__ import annotations

from mcptui.tui.widgets.empty_state import EmptyState


def test_lines_of_keys_are_equally_wide_so_that_their_columns_stay_when_centred() -> None:
    lines = EmptyState.content_of("Nothing", "Why [x].", [("1", "Servers"), ("ctrl+n", "new")]).plain.split("\n")
    assert lines == ["Nothing", "", "Why [x].", "", "     1  Servers", "ctrl+n  new    "]


def test_without_keys_there_is_no_gap() -> None:
    assert EmptyState.content_of("Nothing", "Why.").plain == "Nothing\n\nWhy."
