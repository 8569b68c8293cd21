from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcptui.protocol import jsonrpc
from mcptui.protocol.errors import RpcError
from mcptui.protocol.lenient import looks_like_answer, read_json, read_message


def read(body: bytes) -> tuple[Any, list[str]]:
    remarks: list[str] = []
    return read_json(body, remarks.append), remarks


@pytest.mark.parametrize(
    ("body", "value", "remark"),
    [
        (b'{"a": 1, "a": 2}', {"a": 2}, "repeats members"),
        (b'[{"a": {"b": 1, "b": 2}}]', [{"a": {"b": 2}}], "repeats members"),
        (b'\xef\xbb\xbf{"a": 1}', {"a": 1}, "byte order mark"),
        (b'{"a": "\xff\xfe"}', {"a": "\ufffd\ufffd"}, "not UTF-8"),
        (b'{"a": NaN, "b": [-Infinity]}', {"a": None, "b": [None]}, "NaN"),
        (b'{"a": "\xef\xbf\xbd"}', {"a": "\ufffd"}, None),
        (b' {"a" : 1} ', {"a": 1}, None),
        (b'{"n": 123456789012345678901234567890}', {"n": 123456789012345678901234567890}, None),
    ],
)
def test_json_as_it_was_meant(body: bytes, value: Any, remark: str | None) -> None:
    found, remarks = read(body)
    assert found == value
    assert remarks == [] if remark is None else remark in remarks[0]


@pytest.mark.parametrize("body", [b"", b"ping", b"{", b"{'a': 1}", b"<html>", b"[" * 10_000, b"\xff", b'{"a": 1} x'])
def test_what_is_no_json(body: bytes) -> None:
    with pytest.raises(RpcError, match="not valid JSON"):
        read(body)


@given(st.binary(max_size=60))
def test_whatever_comes_is_read_or_refused(body: bytes) -> None:
    try:
        value, _ = read(body)
    except RpcError:
        return
    jsonrpc.encode(value)
    assert not (isinstance(value, float) and math.isnan(value))


RESULT = {"jsonrpc": "2.0", "id": 1, "result": {}}
ERROR = {"jsonrpc": "2.0", "id": 1, "error": {"code": 1, "message": "m"}}


@pytest.mark.parametrize(
    ("sent", "read_as", "remarks"),
    [
        (RESULT, RESULT, 0),
        ({**RESULT, "error": None}, RESULT, 1),
        ({**ERROR, "result": None}, ERROR, 1),
        ({**RESULT, "id": "1"}, RESULT, 1),
        ({**RESULT, "id": 1.0}, RESULT, 1),
        ({**RESULT, "id": "01x"}, {**RESULT, "id": "01x"}, 0),
        ({"id": 1, "result": {}}, RESULT, 1),
        ({"jsonrpc": "2.0", "error": {"code": 1, "message": "m"}}, {**ERROR, "id": None}, 0),
        ({"jsonrpc": "2.0", "method": "x", "id": None}, {"jsonrpc": "2.0", "method": "x"}, 0),
        ({"jsonrpc": "2.0", "method": "x", "params": None}, {"jsonrpc": "2.0", "method": "x"}, 0),
        ({"jsonrpc": "2.0", "id": 1, "result": None}, {"jsonrpc": "2.0", "id": 1, "result": None}, 0),
    ],
)
def test_messages_as_they_were_meant(sent: Any, read_as: Any, remarks: int) -> None:
    said: list[str] = []
    assert read_message(sent, said.append) == read_as
    assert len(said) == remarks


@pytest.mark.parametrize("value", [None, "text", [], {}, {"id": 1}, {**RESULT, "error": {}}, {**RESULT, "id": None}])
def test_what_is_no_message(value: Any) -> None:
    with pytest.raises(RpcError, match="Invalid request"):
        read_message(value, lambda _: None)


@pytest.mark.parametrize(
    ("data", "id_", "is_one"),
    [
        (b'{"id": 7, "result": {', 7, True),
        (b'{"id":"7","error":{', 7, True),
        (b'{"id": 77, "result": {', 7, False),
        (b'{"id": 7, "method": "x', 7, False),
        (b'{"result": tru', None, True),
        (b"ping", None, False),
    ],
)
def test_broken_answers(data: bytes, id_: int | None, is_one: bool) -> None:
    assert looks_like_answer(data, id_) is is_one
