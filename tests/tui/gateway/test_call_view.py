"""A recorded call in full."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from mcptui.model.runtime import NOBODY, CallRecord
from mcptui.services.access import grant_missing
from mcptui.tui.gateway.call_view import call_content
from tests.support.scenes import data

NOW = data.NOW.timestamp()


def call(**fields: Any) -> CallRecord:
    known: dict[str, Any] = {"id": 1, "at": NOW, "key": "k", "method": "tools/call"}
    return CallRecord(**known | fields)


def test_the_whole_call_has_both_directions_and_all_legs() -> None:
    text = call_content(data.RECORDS[2], None).plain
    said = text.partition("Messages")[2]
    request, progress = '"path": "/srv/docs/handbook.md"', "notifications/progress  1.4 ms"
    order = ["→ request", request, progress, "← response", "How we work."]
    places = [said.index(part) for part in order]
    assert places == sorted(places)
    legs = [" ".join(line.split()[:2]) for line in text.partition("Timing")[2].strip().splitlines()[:5]]
    assert legs == ["gateway 0.2", "connection 0.1", "server 3.5", "response 1.3", "total 5.1"]
    assert "≈1103 tokens" in text
    assert "Messages" not in call_content(data.RECORDS[2], None, whole=False).plain


def test_a_denied_call_explains_itself_and_says_what_would_allow_it() -> None:
    record = data.RECORDS[4]
    text = call_content(record, grant_missing(data.STATE, record)).plain
    assert "team data does not allow github" in text
    assert "a  grant github/merge_pull_request to" in text


def test_a_denied_call_that_nothing_can_allow() -> None:
    assert "No such tool" in call_content(call(outcome="denied"), None).plain
    record = replace(data.RECORDS[4], key="ci")
    text = call_content(record, grant_missing(data.STATE, record)).plain
    assert "has access to github/merge_pull_request now" in text
    assert "a  allow" not in text


def test_what_was_cut_says_so_and_nothing_is_drawn_raw() -> None:
    cut = {"cut": True, "bytes": 5_000_000, "beginning": "x\x1b[2J[/x]"}
    text = call_content(call(params=cut, error="\x1b]0;t\x07", name="a\nb", client="\u202eevil"), None).plain
    assert "of 5.0 MB" in text
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "[/x]" in text


def test_a_request_that_was_not_let_in_says_from_where_and_how_often() -> None:
    refused = call(key=NOBODY, outcome="denied", error="The key is not known here.", address="192.0.2.1", times=1_200)
    text = call_content(refused, None).plain
    for part in (
        "(refused), from 192.0.2.1",
        "last of 1,200 identical requests",
        "The key is not known here.",
        "Rejected before it was read",
    ):
        assert part in text
    assert "No such tool" not in text
