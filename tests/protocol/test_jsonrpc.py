from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcptui.protocol import jsonrpc
from mcptui.protocol.errors import INVALID_REQUEST, PARSE_ERROR, RpcError

scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


def is_encodable(value: Any) -> bool:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


@given(values.filter(is_encodable))
def test_what_is_encoded_is_decoded_again(value: Any) -> None:
    assert jsonrpc.decode(jsonrpc.encode(value)) == value


@given(values.filter(is_encodable), st.sampled_from([None, 0, 2]), st.booleans())
def test_other_spellings_of_the_same_value_are_decoded_alike(value: Any, indent: int | None, ascii_only: bool) -> None:
    assert jsonrpc.decode(json.dumps(value, indent=indent, ensure_ascii=ascii_only).encode()) == value


@st.composite
def with_a_duplicate(draw: st.DrawFn) -> bytes:
    """JSON in which one object, at any depth, has the same member twice."""
    name = draw(st.sampled_from(['"name"', '"a"', '""', '"\\u006eame"']))
    twin = '"name"' if name == '"\\u006eame"' else name
    text = f"{{{name}:{draw(st.integers())},{twin}:{draw(st.integers())}}}"
    for around in draw(st.lists(st.sampled_from(["[%s]", '{"x":%s}', " [1, %s ]", '{"y":[{"z":%s}]}']), max_size=8)):
        text = around % text
    return text.encode()


@given(with_a_duplicate())
def test_duplicate_members_are_refused_at_any_depth(body: bytes) -> None:
    with pytest.raises(RpcError, match="duplicate") as caught:
        jsonrpc.decode(body)
    assert caught.value.code == INVALID_REQUEST


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"{'a':1}",
        b"nonsense",
        b"NaN",
        b'{"a": Infinity}',
        b"1e400",
        b"1" * 1000,
        b"\xef\xbb\xbf{}",
        b'{"a":"\xff"}',
        b'{"\\ud800":1,}',
        b'["\\ud800",NaN]',
        b'["\\ud800",1e400]',
        b'["\\ud800","\xff"]',
        b'["\\ud80"]',
        b'["\\ud800"' + b",[" * 300 + b"]" * 301,
        b"{}{}",
        b"{}\x00",
        b"[" * 10_000,
        b"[" * 300 + b"]" * 300,
        b" " + b"[" * 300 + b"]" * 300,
        b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
        "{}".encode("utf-16"),
    ],
    ids=lambda body: repr(body[:20]),
)
def test_what_is_not_strict_json_is_refused(body: bytes) -> None:
    with pytest.raises(RpcError) as caught:
        jsonrpc.decode(body)
    assert caught.value.code == PARSE_ERROR


@given(st.recursive(st.text(st.characters(), max_size=5) | st.integers(), st.lists))
def test_halves_of_surrogate_pairs_are_kept(value: Any) -> None:
    body = json.dumps(["\ud800", {"\udfff": value}, "\\\\ud800"]).encode()
    decoded = jsonrpc.decode(body)
    assert decoded == json.loads(body)
    assert json.loads(jsonrpc.encode(decoded)) == decoded
    assert json.loads(jsonrpc.canonical(decoded)) == decoded


def test_duplicates_are_refused_beside_halves_too() -> None:
    with pytest.raises(RpcError, match="duplicate"):
        jsonrpc.decode(b'{"a":"\\ud800","a":1}')


def test_large_integers_keep_every_digit() -> None:
    assert jsonrpc.decode(b'{"id":123456789012345678901234567890}') == {"id": 123456789012345678901234567890}
    assert jsonrpc.decode(b"9007199254740993") == 2**53 + 1
    assert jsonrpc.encode([2**70]) == b"[1180591620717411303424]"


@given(st.dictionaries(st.text(), scalars | st.integers(2**64, 2**70), max_size=5).filter(is_encodable))
def test_equal_values_have_equal_bytes(value: dict[str, Any]) -> None:
    turned = dict(reversed(value.items()))
    assert jsonrpc.canonical(value) == jsonrpc.canonical(turned)
    assert jsonrpc.decode(jsonrpc.canonical(value)) == value


@pytest.mark.parametrize(
    "message",
    [
        {"jsonrpc": "2.0", "id": 1, "method": "a"},
        {"jsonrpc": "2.0", "id": "x", "method": "a", "params": {"name": "b", "_meta": {}, "own": 1}},
        {"jsonrpc": "2.0", "id": "", "method": "a", "params": None},
        {"jsonrpc": "2.0", "method": "a"},
        {"jsonrpc": "2.0", "id": 1, "result": None},
        {"jsonrpc": "2.0", "id": 1, "error": {}},
        {"jsonrpc": "2.0", "id": None, "error": {}},
        {"jsonrpc": "2.0", "id": 1, "method": "a", "vendor": 1},
    ],
)
def test_sound_messages(message: dict[str, Any]) -> None:
    assert jsonrpc.check_envelope(message) is message


@pytest.mark.parametrize(
    "message",
    [
        None,
        [],
        "text",
        {},
        {"jsonrpc": "1.0", "id": 1, "method": "a"},
        {"jsonrpc": "2.0", "id": 1, "method": 3},
        {"jsonrpc": "2.0", "id": 1, "method": "a", "params": []},
        {"jsonrpc": "2.0", "id": None, "method": "a"},
        {"jsonrpc": "2.0", "id": True, "method": "a"},
        {"jsonrpc": "2.0", "id": 1.5, "method": "a"},
        {"jsonrpc": "2.0", "id": {}, "method": "a"},
        {"jsonrpc": "2.0", "id": 1},
        {"jsonrpc": "2.0", "result": {}},
        {"jsonrpc": "2.0", "id": None, "result": {}},
        {"jsonrpc": "2.0", "id": 1, "result": {}, "error": {}},
        {"jsonrpc": "2.0", "id": 1, "method": "a", "Method": "b"},
        {"jsonrpc": "2.0", "id": 1, "method": "a", "PARAMS": {}},
        {"jsonrpc": "2.0", "id": 1, "method": "a", "param\u017f": {}},
        {"jsonrpc": "2.0", "id": 1, "method": "a", "params": {"name": "x", "Name": "y"}},
        {"jsonrpc": "2.0", "id": 1, "method": "a", "params": {"argument\u017f": {}}},
    ],
)
def test_malformed_messages(message: Any) -> None:
    with pytest.raises(RpcError, match="Invalid request") as caught:
        jsonrpc.check_envelope(message)
    assert caught.value.code == INVALID_REQUEST


def test_kinds_of_messages() -> None:
    request = jsonrpc.request(1, "a", None)
    notification = jsonrpc.notification("a")
    assert jsonrpc.is_request(request)
    assert not jsonrpc.is_notification(request)
    assert jsonrpc.is_notification(notification)
    assert not jsonrpc.is_request(notification)
    assert not jsonrpc.is_request(jsonrpc.result(1, {}))
    assert not jsonrpc.is_notification(jsonrpc.result(1, {}))


def test_built_messages_are_sound() -> None:
    for message in (
        jsonrpc.request("1", "a", None),
        jsonrpc.request(1, "a", {}),
        jsonrpc.notification("a", {"x": 1}),
        jsonrpc.result(1, {}),
        jsonrpc.error(None, RpcError(1, "no")),
    ):
        jsonrpc.check_envelope(message)
    assert "params" not in jsonrpc.request(1, "a", None)
    assert "params" not in jsonrpc.notification("a")
    assert jsonrpc.notification("a", {})["params"] == {}


@pytest.mark.parametrize(
    ("message", "id_"),
    [({"id": 7}, 7), ({"id": "7"}, "7"), ({"id": True}, None), ({"id": None}, None), ({}, None), ([], None)],
)
def test_the_id_of_a_broken_message(message: Any, id_: Any) -> None:
    assert jsonrpc.readable_id(message) == id_
