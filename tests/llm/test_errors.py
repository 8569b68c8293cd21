"""Errors as clients of the OpenAI API expect them."""

from __future__ import annotations

from typing import Any

import pytest

from mcptui.errors import McptuiError
from mcptui.llm.errors import LlmError, bad_request, objects_of, response_error, table_of


@pytest.mark.parametrize(
    ("hint", "message"),
    [
        (None, "it failed"),
        ("try again", "it failed. Try again"),
        ("Set the key.", "it failed. Set the key."),
        ("", "it failed. "),
    ],
)
def test_the_hint_belongs_to_the_message(hint: str | None, message: str) -> None:
    error = LlmError("it failed", hint=hint, kind="k", code="c", param="p")
    assert error.body() == {"error": {"message": message, "type": "k", "param": "p", "code": "c"}}


def test_a_bad_request() -> None:
    error = bad_request("n must be 1", "n", "odd")
    assert (error.status, error.kind, error.param, error.code) == (400, "invalid_request_error", "n", "odd")


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (LlmError("x", code="invalid_prompt"), "invalid_prompt"),
        (LlmError("x", code="image_too_large", status=429), "image_too_large"),
        (LlmError("x", status=429), "rate_limit_exceeded"),
        (LlmError("x", status=429, code="slow_down"), "rate_limit_exceeded"),
        (LlmError("x", status=400, code="context_length_exceeded"), "server_error"),
        (LlmError("x"), "server_error"),
        (McptuiError("x"), "server_error"),
    ],
)
def test_a_response_knows_few_codes(error: McptuiError, code: str) -> None:
    assert response_error(error) == {"code": code, "message": "x"}


def test_the_hint_stands_in_a_response_too() -> None:
    assert response_error(McptuiError("it failed", hint="try again"))["message"] == "it failed (try again)"


@pytest.mark.parametrize(("body", "table"), [({}, {}), ({"a": None}, {}), ({"a": {}}, {}), ({"a": {"b": 1}}, {"b": 1})])
def test_tables(body: dict[str, Any], table: dict[str, Any]) -> None:
    assert table_of(body, "a") == table


@pytest.mark.parametrize("value", [5, 0, "", "x", [], False])
def test_what_is_no_table(value: object) -> None:
    with pytest.raises(LlmError, match="a must be an object") as error:
        table_of({"a": value}, "a")
    assert error.value.param == "a"


@pytest.mark.parametrize(("value", "objects"), [(None, []), ([], []), ([{}], [{}]), ([{"a": 1}, {}], [{"a": 1}, {}])])
def test_lists_of_objects(value: object, objects: list[dict[str, Any]]) -> None:
    assert objects_of(value, "tools", "tools") == objects


@pytest.mark.parametrize("value", [5, 0, "", "x", {}, {"a": 1}, [5], [{}, None], False])
def test_what_is_no_list_of_objects(value: object) -> None:
    with pytest.raises(LlmError, match="tools must be a list of objects"):
        objects_of(value, "tools", "tools")
