"""Recorded calls as rows and in full."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from mcptui.model.runtime import CallRecord, Outcome
from mcptui.tui.gateway.calls import call_row
from tests.support.scenes import data

NOW = data.NOW.timestamp()


def call(**fields: Any) -> CallRecord:
    known: dict[str, Any] = {"id": 1, "at": NOW, "key": "k", "method": "tools/call"}
    return CallRecord(**known | fields)


def test_every_outcome_has_words_of_its_own() -> None:
    rows = [call_row(call(outcome=outcome), NOW) for outcome in get_args(Outcome)]
    assert len({row.cells["outcome"].text for row in rows}) == len(rows)


def test_a_call_without_a_name_shows_its_method() -> None:
    row = call_row(call(key="", method="tools/list", bytes_out=5), NOW)
    assert [row.cells[column].text for column in ("key", "server", "name", "tokens")] == ["–", "–", "tools/list", "–"]


def test_a_refused_call_shows_the_server_that_it_did_not_reach() -> None:
    assert call_row(call(denied={"server": "github"}), NOW).cells["server"].text == "github"


@pytest.mark.parametrize(("seconds", "shown"), [(0, "14:30:00"), (40, "14:29:20"), (86400, "21 Nov")])
def test_moments_are_of_today_or_a_day(seconds: float, shown: str) -> None:
    assert call_row(call(at=NOW - seconds), NOW).cells["at"].text == shown


def test_tokens_are_marked_as_an_estimate() -> None:
    assert call_row(call(bytes_out=4_410), NOW).cells["tokens"].text == "≈1103"
