"""What screens use to reach the rest of the program."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.support.scenes.app import MakeApp


def test_the_moment_is_the_clock_s_in_utc(make_app: MakeApp) -> None:
    context = make_app().context
    assert context.now == datetime.fromtimestamp(context.clock(), UTC)
    assert context.now.tzinfo is UTC
