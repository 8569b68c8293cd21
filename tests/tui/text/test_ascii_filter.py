"""ASCII only."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.segment import ControlType, Segment
from textual.color import Color

from mcptui.tui.text.ascii_filter import AsciiFilter, ascii_text


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("plain", "plain"),
        ("╭─╮│", "+-+|"),
        ("● ready, ✗ gone", "* ready, x gone"),
        ("1…5 → “x”", '1.5 > "x"'),
        ("é", "?"),
        # Two cells stay two cells.
        ("日本", "????"),
        ("👍!", "??!"),
    ],
)
def test_signs_get_a_likeness(text: str, drawn: str) -> None:
    assert ascii_text(text) == drawn


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"])))
def test_every_text_is_ascii_and_as_wide_as_its_characters(text: str) -> None:
    drawn = ascii_text(text)
    assert drawn.isascii()
    assert cell_len(drawn) == sum(map(cell_len, text))


def test_control_codes_of_the_screen_stay() -> None:
    control = Segment("\x1b[2J", None, [(ControlType.CLEAR,)])
    drawn = AsciiFilter().apply([Segment("│"), control], Color(0, 0, 0))
    assert [segment.text for segment in drawn] == ["|", "\x1b[2J"]
    assert drawn[1].control == control.control
