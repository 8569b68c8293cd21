"""The filter language."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcptui.call_filter.language import FIELDS, FilterError, parse_filter
from mcptui.model.runtime import CallRecord

NOW = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)


def call(number: int = 1, **fields: Any) -> CallRecord:
    known: dict[str, Any] = {"id": number, "at": NOW.timestamp(), "key": "k", "method": "tools/call"}
    return CallRecord(**known | fields)


def fits(text: str, **fields: Any) -> bool:
    return parse_filter(text, NOW).matches(call(**fields))


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("", {}),
        ("   ", {}),
        ("key:k", {}),
        ("key:CI", {"key": "ci-nightly"}),
        ("KEY:ci", {"key": "ci-nightly"}),
        ('key:"ci"', {"key": "ci"}),
        ("server:git*", {"server": "github"}),
        ("server:files,github", {"server": "github"}),
        ("tool:read_*", {"name": "files__read_file", "tool": "read_file"}),
        ("tool:files__*", {"name": "files__read_file", "tool": "read_file"}),
        ("tool:r?ad", {"tool": "read"}),
        ("method:tools/call", {}),
        ("client:cursor", {"client": "Cursor 1.2"}),
        ("front:2026", {"front": "2026-07-28"}),
        ("error:timeout", {"error": "a timeout"}),
        ("outcome:failed", {"outcome": "denied"}),
        ("outcome:ok,cancelled", {"outcome": "cancelled"}),
        ("-outcome:ok", {"outcome": "denied"}),
        ("since:10m", {"at": (NOW - timedelta(minutes=9)).timestamp()}),
        ("since:14:30", {"at": (NOW - timedelta(minutes=29)).timestamp()}),
        ("since:2026-11-22", {}),
        ("since:2026-11-22T14:59:59", {}),
        ("since:2026-11-22T14:59:59+00:00", {}),
        ('since:"2026-11-22 14:30"', {}),
        ("until:14:30", {"at": (NOW - timedelta(hours=1)).timestamp()}),
        ("since:16:00", {"at": (NOW - timedelta(hours=22)).timestamp()}),
        ("-since:10m", {"at": (NOW - timedelta(hours=1)).timestamp()}),
        ("ms:>100", {"ms": 100.0}),
        ("ms:1.5s", {"ms": 1500.0}),
        ("ms:<5", {"ms": 4.9}),
        ("-ms:>5", {"ms": 4.9}),
        ("size:>10k", {"bytes_out": 10_000}),
        ("body:invoice", {"params": {"arguments": {"id": "Invoice 4711"}}}),
        ('body:"id: 4"', {"result": {"text": "id: 4"}}),
        ("body:asking", {"events": [{"kind": "notification", "value": {"message": "asking"}}]}),
        ("-body:secret", {"params": {"a": 1}}),
        ("-server:github", {"server": None}),
        ("git issue", {"server": "github", "tool": "list_issues"}),
        ('"two words"', {"error": "two words"}),
        ("50%", {"error": "at 50% now"}),
        (r"a\b", {"error": r"a\b"}),
        ("https", {"name": "https://example.com"}),
    ],
)
def test_what_fits(text: str, fields: dict[str, Any]) -> None:
    assert fits(text, **fields)


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ('key:"ci"', {"key": "ci-nightly"}),
        ("server:git", {"server": None}),
        ("server:hub*", {"server": "github"}),
        ("-server:github", {"server": "github"}),
        ("tool:r?ad", {"tool": "reload"}),
        ("50%", {"error": "507"}),
        ("a_b", {"error": "axb"}),
        ("outcome:failed", {"outcome": "cancelled"}),
        ("git nothing", {"server": "github"}),
        ("ms:<5", {"ms": 5.0}),
        ("body:x", {}),
    ],
)
def test_what_does_not_fit(text: str, fields: dict[str, Any]) -> None:
    assert not fits(text, **fields)


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("sever:x", "there is no field sever", "Did you mean server:?"),
        ("https://x", "there is no field https", "Fields: key, "),
        ("key:", "key: needs a value", "key:name"),
        ("since:", "since: needs a value", "since:10m"),
        ("-", "nothing after the minus", "-server:github"),
        ('key:"x', "has no end", "second quote"),
        ("outcome:erorr", "outcome:erorr is none", "Did you mean error?"),
        ("outcome:zzz", "outcome:zzz is none", "One of ok, "),
        ("since:soon", "since:soon is no time", "10m"),
        ("since:2026-13-01", "is no time", "10m"),
        ("ms:fast", "ms:fast is no amount", "ms:>500"),
        ("size:5h", "size:5h is no amount", "size:>10k"),
        ("x" * 300, "300 characters", "200"),
    ],
)
def test_errors_say_what_would_be_right(text: str, message: str, hint: str) -> None:
    with pytest.raises(FilterError) as caught:
        parse_filter(text, NOW)
    assert message in caught.value.message
    assert hint in (caught.value.hint or "")


def test_times_are_those_of_the_person() -> None:
    here = datetime(2026, 11, 22, 15, 0, tzinfo=timezone(timedelta(hours=5)))
    assert parse_filter("since:14:00", here).matches(call(at=datetime(2026, 11, 22, 9, 0, tzinfo=UTC).timestamp()))
    assert not parse_filter("since:14:00", here).matches(call(at=datetime(2026, 11, 22, 8, 59, tzinfo=UTC).timestamp()))


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=30))
def test_any_text_is_a_filter_or_an_explained_error(text: str) -> None:
    hint: str | None = "none is needed"
    try:
        parse_filter(text, NOW).matches(call())
    except FilterError as error:
        hint = error.hint
    assert hint


def test_every_field_can_be_used() -> None:
    values = {"outcome": "ok", "since": "1h", "until": "1h", "ms": "1", "size": "1"}
    for field in FIELDS:
        assert parse_filter(f"{field}:{values.get(field, 'x')}", NOW).terms
