from __future__ import annotations

from typing import Any

import pytest

from mcptui.protocol import errors as e


@pytest.mark.parametrize(
    ("wire", "code", "message", "data"),
    [
        ({"code": -5, "message": "no", "data": [1]}, -5, "no", [1]),
        ({"code": -5, "message": "no"}, -5, "no", None),
        ({"code": "x", "message": 1}, e.INTERNAL_ERROR, "error without a message", None),
        ({}, e.INTERNAL_ERROR, "error without a message", None),
        ("text", e.INTERNAL_ERROR, "malformed error object", None),
    ],
)
def test_errors_from_outside(wire: Any, code: int, message: str, data: Any) -> None:
    error = e.RpcError.from_wire(wire)
    assert (error.code, error.message, error.data) == (code, message, data)
    assert str(error) == message


@pytest.mark.parametrize("wire", [{"code": 1, "message": "m"}, {"code": 1, "message": "m", "data": False}])
def test_an_error_goes_on_as_it_came(wire: dict[str, Any]) -> None:
    assert e.RpcError.from_wire(wire).to_wire() == wire


def test_what_is_unknown() -> None:
    assert e.unknown_tool("t").to_wire() == {"code": e.INVALID_PARAMS, "message": "Unknown tool: t"}
    assert e.unknown_prompt("p").to_wire() == {"code": e.INVALID_PARAMS, "message": "Unknown prompt: p"}
    assert e.unknown_resource("u:").to_wire() == {
        "code": e.RESOURCE_NOT_FOUND, "message": "Resource not found: u:", "data": {"uri": "u:"},
    }  # fmt: skip
    assert e.method_not_found("x/y").code == e.METHOD_NOT_FOUND
    assert e.invalid_params("why").to_wire() == {"code": e.INVALID_PARAMS, "message": "why"}


def test_own_codes_are_outside_the_reserved_ranges() -> None:
    for code in (e.UPSTREAM_UNAVAILABLE, e.UPSTREAM_TIMEOUT):
        assert not -32768 <= code <= -32000


def test_why_a_call_failed_is_known_where_its_error_arises() -> None:
    for error in (e.unknown_tool("x"), e.unknown_prompt("x"), e.unknown_resource("x:"), e.unknown_task()):
        assert error.outcome == "denied"
        assert error.translated(e.INVALID_PARAMS, None).outcome == "denied"
        assert e.RpcError.from_wire(error.to_wire()).outcome == "error", "a server's own answer"
    assert e.method_not_found("x").outcome == "error"
