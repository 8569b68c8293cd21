from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from mcptui.secrets.chunks import join, part_count, split


@given(st.text(st.characters(exclude_categories=["Cs"])), st.integers(1, 400))
@settings(deadline=None)
def test_values_survive_in_short_parts(text: str, times: int) -> None:
    value = text * times
    head, parts = split(value)
    assert part_count(head) == len(parts)
    assert join(head, list(parts)) == value
    assert all(len(entry.encode("utf-16-le")) <= 2000 for entry in (head, *parts))


def test_short_value_is_stored_as_it_is() -> None:
    assert split("token") == ("token", [])
    assert part_count("token") == part_count(None) == 0


def test_value_that_looks_like_a_head_is_not_taken_for_one() -> None:
    value = "mcptui-parts:1:" + "0" * 64
    head, parts = split(value)
    assert parts == [value]
    assert join(head, list(parts)) == value


def test_missing_or_foreign_parts_are_noticed() -> None:
    head, parts = split("a" * 1500)
    assert join(head, [parts[0], None]) is None
    assert join(head, [parts[0], parts[0]]) is None
