"""SQL says of a filter what Python says."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mcptui.call_filter.language import parse_filter
from mcptui.call_filter.terms import BodyTerm, CallFilter, NumberTerm, OutcomeTerm, Pattern, TextTerm
from mcptui.model.runtime import CallRecord, Outcome
from mcptui.stores.history.conditions import condition
from tests.support.histories import history_of

NOW = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)


def call(number: int = 1, **fields: Any) -> CallRecord:
    known: dict[str, Any] = {"id": number, "at": NOW.timestamp(), "key": "k", "method": "tools/call"}
    return CallRecord(**known | fields)


LETTERS = st.text(alphabet="abAB%_\\*?éÉ,ß", max_size=4)
WORDS = st.text(alphabet="abAB%_\\*?éÉß", min_size=1, max_size=4)
RECORDS = st.builds(
    call,
    key=LETTERS,
    server=st.none() | LETTERS,
    name=st.none() | LETTERS,
    tool=st.none() | LETTERS,
    client=st.none() | LETTERS,
    error=st.none() | LETTERS,
    outcome=st.sampled_from(get_args(Outcome)),
    ms=st.sampled_from([0.0, 5.0, 5.1, 1000.0]),
    bytes_out=st.sampled_from([0, 999, 1000]),
    at=st.sampled_from([NOW.timestamp() - seconds for seconds in (0, 599, 600, 601, 90_000)]),
    params=st.none() | st.builds(lambda text: {"a": text}, LETTERS),
    result=st.none() | st.builds(lambda text: [text], LETTERS),
    events=st.just(()) | st.builds(lambda text: [{"value": text}], LETTERS),
)
TERMS = st.one_of(
    WORDS,
    st.builds("{}:{}".format, st.sampled_from(["key", "server", "tool", "client", "error", "body"]), WORDS),
    st.builds('{}:"{}"'.format, st.sampled_from(["key", "server", "tool", "body"]), WORDS),
    st.sampled_from(["outcome:failed", "outcome:ok,denied", "since:10m", "until:10m", "ms:>5", "ms:<5", "size:1k"]),
)
FILTERS = st.lists(st.builds("{}{}".format, st.sampled_from(["", "-"]), TERMS), max_size=3).map(" ".join)


@settings(deadline=None)
@given(RECORDS, FILTERS)
async def test_sql_and_python_agree(record: CallRecord, text: str) -> None:
    wanted = parse_filter(text, NOW)
    history = history_of()
    await history.record([record])
    found = await history.find(wanted)
    assert (found.total, found.newest) == ((1, 1) if wanted.matches(record) else (0, 0))
    assert [each.id for each in await history.whole(wanted)] == [1] * found.total
    await history.close()


@pytest.mark.parametrize(
    ("wanted", "sql", "values"),
    [
        (CallFilter(), "1", []),
        (
            CallFilter((TextTerm(("key", "name"), (Pattern("a%*"),)), NumberTerm("ms", 5.0, less=True))),
            r"(coalesce(key LIKE ? ESCAPE '\', 0) OR coalesce(name LIKE ? ESCAPE '\', 0)) AND ms < ?",
            [r"a\%%", r"a\%%", 5.0],
        ),
        (CallFilter((OutcomeTerm(frozenset({"ok", "denied"}), True),)), "NOT (outcome IN (?, ?))", ["denied", "ok"]),
        (
            CallFilter((BodyTerm(Pattern("x", "within")),)),
            (
                "(EXISTS (SELECT 1 FROM bodies WHERE bodies.id = calls.id AND (coalesce(params LIKE ? ESCAPE '\\', 0)"
                " OR coalesce(result LIKE ? ESCAPE '\\', 0) OR coalesce(events LIKE ? ESCAPE '\\', 0))))"
            ),
            ["%x%"] * 3,
        ),
    ],
)
def test_conditions(wanted: CallFilter, sql: str, values: list[object]) -> None:
    assert condition(wanted) == (sql, values)
