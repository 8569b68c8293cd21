"""Which call a piece belongs to; whole answers of deviating providers are in the gateway's tests."""

from __future__ import annotations

from typing import Any

import pytest

from mcptui.llm.turn_calls import TurnCalls


def piece(name: str = "", arguments: Any = "", **more: Any) -> dict[str, Any]:
    return {**more, "function": {"name": name, "arguments": arguments}}


@pytest.mark.parametrize(
    ("pieces", "calls"),
    [
        ([piece("f", "{", index=0, id="a"), piece("", "}", index=0)], [("f", "{}")]),
        (
            [piece("f", "{", index=0, id="a"), piece("g", "{}", index=1, id="b"), piece("", "}", index=0)],
            [("f", "{}"), ("g", "{}")],
        ),
        ([piece("f", "{", index=0), piece("f", "}", index=0)], [("f", "{}")]),
        (
            [piece("", "{", index=0, id="a"), piece("", "[", index=1, id="b"), piece("f", "}", index=0)],
            [("f", "{}"), ("", "[")],
        ),
        ([piece("f", {"x": 1}, index=0), piece("f", {"x": 2}, index=0)], [("f", '{"x": 1}'), ("f", '{"x": 2}')]),
        ([piece("f", {"x": 1}, index=0), piece("", {"x": 2}, index=0)], [("f", '{"x": 2}')]),
        ([piece("f", "{}"), piece("f", "")], [("f", "{}")]),
        ([piece("f", "", id="a"), piece("f", "", id="b")], [("f", ""), ("f", "")]),
        ([piece("f", "{", id="a"), piece("", "}", id="zzz")], [("f", "{}")]),
        ([piece("f", "{", index=True, id="a"), piece("", "}", index=None, id="a")], [("f", "{}")]),
        ([{"name": "f", "arguments": "{}"}], [("f", "{}")]),
    ],
)
def test_pieces_of_calls(pieces: list[Any], calls: list[tuple[str, str]]) -> None:
    found = TurnCalls()
    for each in pieces:
        found.add([each])
    assert [(call["function"]["name"], call["function"]["arguments"]) for call in found.calls] == calls
    ids = [call["id"] for call in found.calls]
    assert len(set(ids)) == len(ids)
    assert all(set(call) == {"id", "type", "function"} for call in found.calls)


def test_the_first_id_of_a_call_stays() -> None:
    found = TurnCalls()
    found.add([piece("f", "{", index=0, id="a")])
    assert found.add([piece("", "}", index=0, id="b"), 5]) == [0]
    assert [call["id"] for call in found.calls] == ["a"]
    assert found.are_whole


def test_a_call_that_is_cut_off_is_not_whole() -> None:
    found = TurnCalls()
    found.add([piece("f", '{"x', index=0)])
    assert not found.are_whole
    assert found.add("odd") == []
