"""The meaning of a piece of text as a style."""

from __future__ import annotations

from typing import get_args

import pytest
from textual.theme import Theme

from mcptui.tui.text.tone import Tone, rich_style, toned

THEME = Theme("t", primary="#000001", accent="#000002", success="#000003", warning="ansi_red", error=None)


@pytest.mark.parametrize("tone", get_args(Tone))
def test_the_text_is_literal_in_every_tone(tone: Tone) -> None:
    assert toned("[b]x[/b] $y", tone).plain == "[b]x[/b] $y"


@pytest.mark.parametrize(
    ("tone", "style"),
    [
        ("plain", ""),
        ("strong", "bold"),
        ("accent", "#000002"),
        ("ok", "#000003"),
        # Rich knows neither the terminal's colours by Textual's names nor what a theme leaves out.
        ("warn", ""),
        ("bad", ""),
        ("muted", "dim"),
    ],
)
def test_table_cells_get_colours_that_rich_knows(tone: Tone, style: str) -> None:
    assert str(rich_style(tone, THEME)) == (style or "none")


def test_muted_cells_take_the_theme_s_own_colour() -> None:
    theme = Theme("t", primary="#000001", variables={"foreground-muted": "#777777"})
    assert str(rich_style("muted", theme)) == "#777777"
