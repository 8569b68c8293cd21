"""The table of methods as a whole."""

from __future__ import annotations

from collections import Counter

from mcptui.control.interface import API_VERSION, Control, ProcessControl, no_answer
from mcptui.control.method import methods_of


def test_no_two_methods_share_a_route_or_a_name() -> None:
    methods = methods_of(ProcessControl)
    assert len(methods) > len(methods_of(Control)) > 0
    assert max(Counter((method.verb, method.path) for method in methods).values()) == 1
    assert max(Counter(method.name for method in methods).values()) == 1


def test_where_nobody_answers_the_hint_says_how_to_start_a_gateway() -> None:
    assert "mcptui gateway start" in (no_answer().hint or "")


def test_the_version_has_a_major_and_a_minor_number() -> None:
    assert [part.isdigit() for part in API_VERSION.split(".")] == [True, True]
