"""Labels and values of detail panes."""

from __future__ import annotations

from textual.content import Content

from mcptui.tui.text.tone import toned
from mcptui.tui.widgets.facts import facts, hanging, section, sections


def test_values_stand_in_one_column_and_facts_without_a_value_are_left_out() -> None:
    lines = facts([("URL", "http://x"), ("none", ""), ("nothing", Content("")), ("a long label", toned("v", "bad"))])
    assert lines.plain == "URL          http://x\na long label v"


def test_short_labels_keep_the_column_of_other_rows() -> None:
    assert facts([("a", "1")]).plain == "a         1"
    assert facts([]).plain == ""


def test_a_value_stays_in_its_line() -> None:
    assert facts([("a", "1\n2\u20283\t4\r5")]).plain == "a         1 2 3 4 5"


def test_texts_are_literal_and_act_on_no_terminal() -> None:
    shown = facts([("name", "[b]x\x1b[31m")]).plain + section("T", "[b]y\x1b[31m").plain
    assert "[b]x" in shown
    assert "[b]y" in shown
    assert "\x1b" not in shown


def test_empty_sections_leave_no_gap() -> None:
    assert sections([section("A", "1"), Content(""), section("B", toned("2"))]).plain == "A\n1\n\nB\n2"


def test_long_values_are_broken_in_their_column() -> None:
    about = facts([("Size", "240 B in and 1.8 kB out"), ("Key", "ci")])
    long = sections([toned("Title", "accent"), about, Content("end")])
    broken = "Title\n\nSize      240 B in and 1.8\n          kB out\nKey       ci\n\nend"
    assert hanging(long, 26).plain == broken
    assert hanging(long, 60) is long


def test_beside_a_long_label_without_room_values_are_broken_as_any_text() -> None:
    narrow = facts([("a label of many words", "some more words")])
    assert hanging(narrow, 30) is narrow


def test_a_value_at_the_end_and_wide_characters() -> None:
    wide = facts([("a", "字字字字 字字字字 字字")])
    assert hanging(wide, 28).plain == "a         字字字字 字字字字\n          字字"
    assert hanging(Content("no facts " * 9), 20).plain == "no facts " * 9
