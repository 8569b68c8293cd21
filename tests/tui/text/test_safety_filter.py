"""Nothing that is drawn acts on a terminal."""

from __future__ import annotations

import pytest
from rich.segment import ControlType, Segment
from rich.style import Style
from textual.color import Color

from mcptui.tui.text.safety_filter import SafetyFilter

BLACK = Color(0, 0, 0)


@pytest.mark.parametrize(
    "unsafe",
    ["\x1b[31m", "\x1b]0;title\x07", "\x9b2J", "\x08", "\r", "\u202e", "\u2066", "\n", "\t", "\u2028", "\x85"],
    ids=ascii,
)
def test_characters_that_act_on_a_terminal_are_taken_out(unsafe: str) -> None:
    style = Style(bold=True)
    (segment,) = SafetyFilter().apply([Segment(f"a{unsafe}b", style)], BLACK)
    assert unsafe[0] not in segment.text
    assert (segment.text[0], segment.text[-1], segment.style) == ("a", "b", style)


def test_what_is_safe_stays_the_same_object() -> None:
    segments = [Segment("日本 é│"), Segment("x", Style(bold=True))]
    assert SafetyFilter().apply(segments, BLACK) is segments


def test_control_codes_of_the_screen_stay() -> None:
    control = Segment("\x1b[2J", None, [(ControlType.CLEAR,)])
    assert SafetyFilter().apply([Segment("a\x1b"), control], BLACK) == [Segment("a"), control]
