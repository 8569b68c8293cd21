"""Labels and values of detail panes."""

from __future__ import annotations

from textual.content import Content

from mcptui.tui.text.tone import toned
from mcptui.tui.widgets.facts import facts, section, sections


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
