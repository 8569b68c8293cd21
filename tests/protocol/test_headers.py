from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcptui.protocol import headers as h
from mcptui.protocol.errors import RpcError

sendable = st.text(st.characters(exclude_categories=["Cs"]))


@given(sendable | st.text("=?base64XYZ ", max_size=30))
def test_every_value_survives_the_header(value: str) -> None:
    encoded = h.encode_value(value)
    assert encoded.isascii()
    assert encoded.isprintable()
    assert encoded == encoded.strip()
    assert h.decode_value(encoded) == value


@pytest.mark.parametrize("value", ["plain", "a b", "=?base64?half", "half?=", "=?BASE64?eA==?=", ""])
def test_values_that_need_no_wrapping(value: str) -> None:
    assert h.encode_value(value) == value


@pytest.mark.parametrize("value", [" lead", "trail ", "tab\t", "ü", "a\nb", "\x7f", "=?base64?eA==?="])
def test_values_that_need_wrapping(value: str) -> None:
    assert h.encode_value(value).startswith("=?base64?")


@pytest.mark.parametrize(
    "value", ["=?base64?e?=", "=?base64?eA=?=", "=?base64?eB==?=", "=?base64?!!!!?=", "=?base64?/w==?="]
)
def test_damaged_sentinels_match_nothing(value: str) -> None:
    assert h.decode_value(value) is None


def schema(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


REGION = {"type": "string", "x-mcp-header": "Region"}
COUNT = {"type": "integer", "x-mcp-header": "Count"}
FORCE = {"type": "boolean", "x-mcp-header": "Force"}


@pytest.mark.parametrize(
    "sound",
    [
        None,
        True,
        [],
        {},
        schema(region=REGION, count=COUNT, force=FORCE),
        schema(outer=schema(inner=REGION)),
        # Data that merely looks like a schema.
        schema(a={"type": "string", "default": {"x-mcp-header": 5}, "enum": [{"x-mcp-header": 5}]}),
        schema(**{"x-mcp-header": {"type": "object"}}),
        {"properties": [REGION], "allOf": REGION, "$defs": [REGION]},
    ],
)
def test_sound_annotations(sound: Any) -> None:
    assert h.annotation_problem(sound) is None


@pytest.mark.parametrize(
    ("broken", "problem"),
    [
        (REGION, "properties alone"),
        (schema(a={"type": "array", "items": REGION}), "properties alone"),
        (schema(a={"anyOf": [REGION]}), "properties alone"),
        (schema(a={"not": schema(b=REGION)}), "properties alone"),
        ({"$defs": {"a": REGION}}, "properties alone"),
        ({"patternProperties": {"a": REGION}}, "properties alone"),
        (schema(a={"type": "number", "x-mcp-header": "A"}), "only allowed on"),
        (schema(a={"type": ["string"], "x-mcp-header": "A"}), "only allowed on"),
        (schema(a={"x-mcp-header": "A"}), "only allowed on"),
        (schema(a={"type": "string", "x-mcp-header": ""}), "not a header token"),
        (schema(a={"type": "string", "x-mcp-header": "A\r\nB"}), "not a header token"),
        (schema(a={"type": "string", "x-mcp-header": "A B"}), "not a header token"),
        (schema(a={"type": "string", "x-mcp-header": None}), "not a header token"),
        (schema(a=REGION, b={"type": "string", "x-mcp-header": "REGION"}), "used twice"),
    ],
)
def test_broken_annotations(broken: Any, problem: str) -> None:
    assert problem in str(h.annotation_problem(broken))
    assert h.annotated(broken) == {}


@pytest.mark.parametrize("value", ["\ud800", "a\udfffb", "\ude00\ud83d"])
def test_what_no_header_can_carry_is_refused_in_words(value: str) -> None:
    with pytest.raises(RpcError, match="half of a surrogate pair"):
        h.encode_value(value)
    with pytest.raises(RpcError, match="half of a surrogate pair"):
        h.param_headers(schema(region=REGION), {"region": value})


def test_headers_of_a_call() -> None:
    tool = schema(
        region=REGION, count=COUNT, force=FORCE, inner=schema(deep={"type": "string", "x-mcp-header": "Deep"})
    )
    arguments = {"region": "Zürich", "count": 42, "force": True, "inner": {"deep": "x"}, "other": 1}
    assert h.param_headers(tool, arguments) == {
        "Mcp-Param-Region": "=?base64?WsO8cmljaA==?=",
        "Mcp-Param-Count": "42",
        "Mcp-Param-Force": "true",
        "Mcp-Param-Deep": "x",
    }
    assert h.param_headers(tool, {"region": None, "force": False, "inner": "text"}) == {"Mcp-Param-Force": "false"}
    assert h.param_headers(tool, None) == {}
    assert h.param_headers(tool, {"region": ["list"], "count": 10**5000}) == {}
    assert h.param_headers(None, arguments) == {}


@given(
    st.text(st.characters(exclude_categories=["Cs"])) | st.none(), st.integers() | st.none(), st.booleans() | st.none()
)
def test_own_headers_match_own_arguments(region: str | None, count: int | None, force: bool | None) -> None:
    tool = schema(region=REGION, count=COUNT, force=FORCE)
    arguments = {"region": region, "count": count, "force": force}
    sent = {name.lower(): [value] for name, value in h.param_headers(tool, arguments).items()}
    assert h.param_mismatch(tool, arguments, sent) is None


@pytest.mark.parametrize(
    ("arguments", "headers", "problem"),
    [
        ({"region": "a"}, {}, "missing"),
        ({"region": "a"}, {"region": ["b"]}, "does not match"),
        ({"region": "a"}, {"region": ["A"]}, "does not match"),
        ({"region": "a"}, {"region": ["a", "a"]}, "more than once"),
        ({"region": "a"}, {"region": ["=?base64?e?="]}, "malformed"),
        ({"region": None}, {"region": ["a"]}, "has no value"),
        ({}, {"region": ["null"]}, "has no value"),
        ({"count": 42}, {"count": ["43.0"]}, "does not match"),
        ({"count": 42}, {"count": ["0x2a"]}, "does not match"),
        ({"count": 42}, {"count": ["42.5"]}, "does not match"),
        ({"count": True}, {"count": ["1"]}, "does not match"),
        ({"force": True}, {"force": ["True"]}, "does not match"),
    ],
)
def test_headers_against_arguments(arguments: Any, headers: dict[str, list[str]], problem: str) -> None:
    tool = schema(region=REGION, count=COUNT, force=FORCE)
    sent = {f"mcp-param-{name}": values for name, values in headers.items()}
    assert problem in str(h.param_mismatch(tool, arguments, sent))


@pytest.mark.parametrize(("count", "header"), [(42, "42"), (42, "42.0"), (-1, "-1.00"), (0, "-0")])
def test_integers_compare_as_numbers(count: int, header: str) -> None:
    assert h.param_mismatch(schema(count=COUNT), {"count": count}, {"mcp-param-count": [header]}) is None


def test_grouping_keeps_duplicates_and_trims() -> None:
    raw = [(b"host", b"a"), (b"mcp-name", b" x\t"), (b"mcp-name", b"\xfc")]
    assert h.group(raw) == {"host": ["a"], "mcp-name": ["x", "ü"]}


def test_only_blanks_and_tabs_are_taken_off_a_value() -> None:
    assert h.group([(b"x", b" \t a \x0b\t "), (b"x", b"XbX")]) == {"x": ["a \x0b", "XbX"]}
