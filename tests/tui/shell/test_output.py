"""What is written to the terminal: it shows the screen, and takes few bytes."""

from __future__ import annotations

from collections.abc import Sequence
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import LayoutUpdate
from textual.geometry import Region
from textual.strip import Strip

from mcptui.tui.shell.output import Changes, Output
from tests.support.scenes.app import MakeApp
from tests.support.terminal import FakeTerminal, Watched

CONSOLE = Console(color_system="truecolor", force_terminal=True)
WIDTH = 12
RED = Style(color="red", bgcolor="black")


def row(*pieces: str | tuple[str, Style], y: int = 0) -> LayoutUpdate:
    """A whole row with these texts."""
    segments = [Segment(*((piece, RED) if isinstance(piece, str) else piece)) for piece in pieces]
    return LayoutUpdate([[Strip(segments).adjust_cell_length(WIDTH, RED)]], Region(0, y, WIDTH, 1))


def written(output: Output, update: LayoutUpdate) -> str:
    return Changes(update, output, WIDTH).render_segments(CONSOLE)


def test_what_is_there_already_is_not_written() -> None:
    output = Output()
    assert written(output, row("hello"))
    assert written(output, row("hello")) == ""
    assert written(output, row("hel", "lo")) == ""


def test_only_what_differs_is_written() -> None:
    output = Output()
    written(output, row("a1 b      1"))
    assert written(output, row("a2 b      2")) == "\x1b[1;2H\x1b[31;40m2\x1b[8C2\x1b[0m"


def test_a_small_gap_is_written_again() -> None:
    output = Output()
    written(output, row("a1b1"))
    assert written(output, row("a2b2")) == "\x1b[1;2H\x1b[31;40m2b2\x1b[0m"


def test_a_style_is_told_once_and_only_its_difference() -> None:
    blue = Style(color="blue", bgcolor="black")
    sequences = written(Output(), row(("a", RED), ("b", RED), (" ", blue), ("c", blue)))
    assert sequences.startswith("\x1b[0m\x1b[1;1H\x1b[31;40mab \x1b[34mc")


def test_a_style_that_is_gone_leaves_nothing() -> None:
    bold = Style(bold=True, color="red", bgcolor="black")
    plain = Style()
    assert "\x1b[1;31;40ma\x1b[22mb\x1b[0mc" in written(Output(), row(("a", bold), ("b", RED), ("c", plain)))


@pytest.mark.parametrize(
    ("before", "after", "codes"),
    [
        ("bold", "bold underline", "4"),
        ("bold underline", "bold", "24"),
        ("bold dim", "dim", "22;2"),
        ("underline", "underline2", "24;21"),
        ("bold italic reverse", "strike", "22;23;27;9"),
    ],
)
def test_attributes_are_switched_one_by_one(before: str, after: str, codes: str) -> None:
    styles = [RED + Style.parse(attributes) for attributes in (before, after)]
    assert f"a\x1b[{codes}mb" in written(Output(), row(("a", styles[0]), ("b", styles[1])))


def test_blanks_differ_by_what_shows_on_them() -> None:
    output = Output()
    written(output, row((" ", Style(color="red", bgcolor="black"))))
    assert written(output, row((" ", Style(color="blue", bgcolor="black")))) == ""
    assert written(output, row((" ", Style(color="blue", bgcolor="black", underline=True)))) != ""


def test_places_in_the_text_make_no_style() -> None:
    output = Output()
    written(output, row(("a", RED + Style(meta={"offset": (0, 0)}))))
    assert written(output, row(("a", RED + Style(meta={"offset": (7, 1)})))) == ""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("ab日本cd", "a日本bcd"),
        ("日本語", "x本y"),
        ("x", "日"),
        ("e\u0301a", "ea"),
        ("ea", "e\u0301b"),
        ("日\u0301x", "日y"),
        ("😀😀", "a😀"),
    ],
)
def test_wide_and_combining_characters(before: str, after: str) -> None:
    output, terminal = Output(), FakeTerminal()
    terminal.feed(written(output, row(before)))
    terminal.feed(written(output, row(after)))
    assert terminal.text == f"{after}\n"


def test_after_a_character_of_doubtful_width_the_place_is_told() -> None:
    assert "日\x1b[1;3Ha" in written(Output(), row("日a"))


def test_a_terminal_of_another_width_is_drawn_whole() -> None:
    output = Output()
    written(output, row("same"))
    assert "same" in output.changes(row("same"), WIDTH + 1, CONSOLE)


def test_all_is_written_again_when_something_else_wrote() -> None:
    output = Output()
    first = written(output, row("hello"))
    output.forget()
    assert written(output, row("hello")) == first


STYLES = [
    RED,
    Style(color="blue", bgcolor="black"),
    Style(color="red", bgcolor="white", bold=True),
    Style(reverse=True),
]
ROWS = st.lists(
    st.lists(st.tuples(st.text("ab  日e\u0301─", max_size=5), st.sampled_from(STYLES)), max_size=4),
    min_size=3,
    max_size=3,
)


def screen(rows: list[list[tuple[str, Style]]]) -> LayoutUpdate:
    strips = [Strip([Segment("x", RED), *(Segment(*piece) for piece in pieces)]) for pieces in rows]
    return LayoutUpdate([[strip.adjust_cell_length(WIDTH, RED)] for strip in strips], Region(0, 0, WIDTH, len(rows)))


@given(ROWS, ROWS)
def test_in_any_order_the_terminal_shows_the_screen(
    before: list[list[tuple[str, Style]]], after: list[list[tuple[str, Style]]]
) -> None:
    terminal, expected = FakeTerminal(), FakeTerminal()
    with patch("mcptui.tui.shell.output._LONG", 0):
        output = Output()
        for rows in (before, after):
            terminal.feed(written(output, screen(rows)))
    expected.feed(written(Output(), screen(after)))
    assert terminal.cells == expected.cells


def test_what_is_long_is_written_one_style_after_the_other() -> None:
    """Two colours in each of many rows: a place takes fewer bytes than a colour."""
    colours = [Style(color=f"#1020{number}0", bgcolor="#101010") for number in (1, 2)]
    strips = [Strip([Segment("left  ", colours[0]), Segment("right ", colours[1])]) for _ in range(60)]
    output, terminal = Output(), FakeTerminal()
    sequences = written(output, LayoutUpdate([[strip] for strip in strips], Region(0, 0, WIDTH, 60)))
    terminal.feed(sequences)
    assert sequences.count("m") <= 4
    assert terminal.text == "left  right\n" * 60


#: A key, and how many bytes its answer may take at 120x36.
KEYS: Sequence[tuple[str, int]] = (
    *[("j", 4000), ("j", 4000), ("k", 4000), ("G", 4000), ("g", 4000)],
    *[("question_mark", 15_000), ("a", 4000), ("backspace", 4000), ("escape", 15_000)],
    *[("ctrl+p", 15_000), ("s", 4000), ("t", 4000), ("escape", 15_000)],
    *[("slash", 4000), ("g", 4000), ("escape", 4000)],
    *[("n", 20_000), ("x", 4000), ("y", 4000), ("backspace", 4000), ("backspace", 4000), ("escape", 20_000)],
    *[("left", 4000), ("left", 4000), ("enter", 20_000)],
    *[("2", 20_000), ("j", 4000), ("j", 4000), ("v", 20_000), ("j", 4000), ("l", 4000), ("escape", 20_000)],
    *[("3", 20_000), ("j", 4000), ("j", 4000)],
    *[("5", 20_000), ("j", 4000), ("j", 4000), ("right_square_bracket", 10_000)],
    *[("4", 20_000), ("a", 4000), ("b", 4000)],
)


async def test_keys_take_few_bytes_and_the_terminal_shows_the_screen(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        watched = Watched(pilot)
        app.screen.refresh()
        assert await watched.drawn() <= 40_000
        too_many = []
        for key, most in KEYS:
            count = await watched.pressed(key)
            if count > most:
                too_many.append(f"{key}: {count} bytes")
            assert watched.terminal.cells == watched.expected().cells, key
        assert not too_many
        assert app.current_mode == "chat"
