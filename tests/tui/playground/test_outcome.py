"""The kinds of ends of a call differ in words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from mcptui.errors import McptuiError
from mcptui.protocol.errors import UPSTREAM_TIMEOUT
from mcptui.tui.playground.items import Request
from mcptui.tui.playground.outcome import Facts, Outcome
from mcptui.tui.text.json_text import Passage, joined

FACTS = Facts(Request("tools/call", {"name": "t", "arguments": {"a": 1}}), None, 12.4, ("info: x",))


def test_every_kind_has_its_own_words() -> None:
    outcomes = [
        Outcome.of_result(FACTS, {"content": []}),
        Outcome.of_result(FACTS, {"content": [{"type": "text", "text": "no"}], "isError": True}),
        Outcome.of_error(FACTS, {"code": -32602, "message": "Unknown tool: t", "data": {"p": 1}}),
        Outcome.of_error(FACTS, {"code": UPSTREAM_TIMEOUT, "message": "late"}),
        Outcome.of_failure(FACTS, McptuiError("The gateway does not answer.", hint="Start it.")),
        Outcome.cancelled(FACTS),
    ]
    assert [outcome.kind for outcome in outcomes] == [
        "ok",
        "tool_error",
        "protocol_error",
        "server_gone",
        "not_delivered",
        "cancelled",
    ]
    headlines = [outcome.headline[0] for outcome in outcomes]
    assert len({headline.split(" · ")[0] for headline in headlines}) == 6
    assert headlines[0] == "✓ Result · 12 ms · 14 B"
    assert "code -32602" in headlines[2]
    assert [outcome.pretty for outcome in outcomes[1:5]] == [
        "no",
        'Unknown tool: t\n\n{\n  "p": 1\n}',
        "late",
        "The gateway does not answer.\n\nStart it.",
    ]


def test_the_views() -> None:
    outcome = Outcome.of_result(Facts(FACTS.request, "ci", 12_345.0, ("info: x",)), {"content": [], "x": "ü"})
    assert outcome.raw == '{"content":[],"x":"ü"}'
    assert outcome.json.startswith('{\n  "content"')
    assert outcome.passages("log") == [Passage("info: x")]
    assert "12.3 s" in outcome.headline[0]
    for part in ("tools/call", "key ci", "12345.0 ms", '"name": "t"'):
        assert part in joined(outcome.passages("timing"))[0]
    assert "owner" in joined(Outcome.cancelled(FACTS).passages("timing"))[0]


@pytest.mark.parametrize(
    ("body", "size"), [({"n": 2**70}, "28 B"), ({"t": "\ud800"}, "9 B"), ({"t": "é"}, "10 B"), ({}, "2 B")]
)
def test_the_size_is_that_of_the_json(body: Any, size: str) -> None:
    assert Outcome.of_result(FACTS, body).headline[0].endswith(f" · {size}")


def test_what_cannot_be_compared_with_its_schema_says_why() -> None:
    facts = replace(FACTS, output_schema={"$ref": "http://127.0.0.1:9/remote"})
    outcome = Outcome.of_result(facts, {"content": [], "structuredContent": {"a": 1}})
    assert outcome.schema_problems == ()
    assert (
        "not compared with the result: a reference by name, or to another document"
        in joined(outcome.passages("timing"))[0]
    )
