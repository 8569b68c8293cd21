"""Requests that come again and again."""

from __future__ import annotations

from typing import Any

from mcptui.gateway.record.alike import MOST, WINDOW, Alike
from mcptui.model.runtime import CallRecord


class Clock:
    """Seconds that a test sets."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def record(number: int, **more: Any) -> CallRecord:
    return CallRecord(id=number, at=float(number), key="k", method="ping", **more)


def test_the_first_is_kept_and_the_others_are_one() -> None:
    clock = Clock()
    alike = Alike(clock)
    assert not alike
    assert [alike.is_first(("k",), record(number)) for number in range(1, 5)] == [True, False, False, False]
    assert alike.is_first(("other",), record(5))
    assert alike
    assert alike.due() == []
    clock.now = WINDOW
    assert alike.due() == [record(4, times=3)]
    assert not alike
    assert alike.is_first(("k",), record(6))


def test_what_is_counted_is_told_at_once_at_the_end() -> None:
    alike = Alike(Clock())
    for number in range(3):
        alike.is_first(("a",), record(number))
        alike.is_first(("b",), record(10 + number))
    assert [(each.id, each.times) for each in alike.due(at_once=True)] == [(2, 2), (12, 2)]
    assert alike.due(at_once=True) == []


def test_addresses_without_number_are_told_apart_no_more() -> None:
    alike = Alike(Clock())
    kept = sum(alike.is_first((str(number),), record(number, address=str(number))) for number in range(MOST * 3))
    assert kept == MOST + 1
    (others,) = alike.due(at_once=True)
    assert (others.times, others.address) == (MOST * 2 - 1, None)
