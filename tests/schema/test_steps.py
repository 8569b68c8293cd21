"""Work that is counted."""

from __future__ import annotations

from mcptui.schema.steps import Steps


def test_what_was_not_left_is_not_left_later() -> None:
    steps = Steps(3)
    assert steps.take()
    assert steps.take(2)
    assert not steps.take()
    assert not steps.take(0)
