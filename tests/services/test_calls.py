"""Exporting calls and sending them again."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest

from mcptui.errors import McptuiError, RefusedError
from mcptui.model.runtime import CallRecord, Listed
from mcptui.services.calls import export_calls, known_arguments, params_again


def call(**fields: Any) -> CallRecord:
    known: dict[str, Any] = {"id": 1, "at": 2.0, "key": "k", "method": "tools/call"}
    return CallRecord(**known | fields)


async def told(*records: CallRecord) -> AsyncGenerator[CallRecord, None]:
    for record in records:
        yield record


async def test_one_json_object_a_line_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "calls.jsonl"
    assert await export_calls(told(call(params={"a": "é\n"}), call(id=2)), path) == 2
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["id"] for line in lines] == [1, 2]
    assert json.loads(lines[0])["params"] == {"a": "é\n"}
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(RefusedError):
        await export_calls(told(), path)


async def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(McptuiError, match="cannot be written"):
        await export_calls(told(), tmp_path / "none" / "calls.jsonl")


LISTED = Listed(tools=[{"name": "s__t"}, {"name": "o__t"}], owners={"s__t": ["s", "t"], "o__t": ["o", "t"]})


@pytest.mark.parametrize(
    ("record", "name"),
    [
        (call(server="o", tool="t", name="t", params={"name": "t"}), "o__t"),
        (call(server="s", tool="t", name="s__t", params={"name": "s__t"}), "s__t"),
        (call(server=None, name="gone", params={"name": "gone"}), "gone"),
    ],
)
def test_a_tool_is_called_by_its_present_name(record: CallRecord, name: str) -> None:
    assert params_again(record, LISTED) == {"name": name}


def test_other_requests_are_sent_as_they_were() -> None:
    assert params_again(call(method="resources/read", params={"uri": "a:b"}), LISTED) == {"uri": "a:b"}


@pytest.mark.parametrize(
    "params", [None, {"name": "t", "arguments": {"token": "••••"}}, {"cut": True, "bytes": 1, "beginning": "x"}]
)
def test_what_was_not_kept_is_not_sent(params: Any) -> None:
    with pytest.raises(RefusedError):
        params_again(call(params=params), LISTED)


_HIDDEN = "••••"
_CUT = {"cut": True, "bytes": 90_000, "beginning": "{"}


@pytest.mark.parametrize(
    ("recorded", "known", "missing"),
    [
        ({"a": 1, "b": [1, {"c": None}]}, {"a": 1, "b": [1, {"c": None}]}, []),
        ({"a": 1, "token": _HIDDEN}, {"a": 1}, ["token"]),
        ({"login": {"name": "me", "password": _HIDDEN}}, {"login": {"name": "me"}}, ["login.password"]),
        ({"keys": [{"name": "x", "key": _HIDDEN}]}, {"keys": [{"name": "x"}]}, ["keys[0].key"]),
        ({"tokens": ["a", _HIDDEN], "n": 2}, {"n": 2}, ["tokens"]),
        ({"long": _CUT, "n": 2}, {"n": 2}, ["long"]),
        ({"rows": [_CUT, {"a": 1}]}, {}, ["rows"]),
        (_CUT, {}, [""]),
        (None, None, []),
    ],
)
def test_of_masked_arguments_the_rest_is_known(recorded: Any, known: Any, missing: list[str]) -> None:
    assert known_arguments(recorded) == (known, missing)
