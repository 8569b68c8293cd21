"""Values of other programs' files, where every key may hold anything."""

from __future__ import annotations

from typing import Any

import pytest

from mcptui.interop.values import first, flag, is_scalar, pairs, scalar, strings, unusable
from mcptui.model import LlmModel, Server


@pytest.mark.parametrize(
    ("entry", "text"),
    [
        ({}, None),
        ({"a": "x"}, "x"),
        ({"b": "y"}, "y"),
        ({"a": "x", "b": "y"}, "x"),
        ({"b": "y", "a": None}, "y"),
        ({"b": "y", "a": 5}, "y"),
        ({"b": "y", "a": ["x"]}, "y"),
        # Programs that write every key leave those that say nothing empty.
        ({"b": "y", "a": ""}, "y"),
        ({"a": ""}, None),
        ({"a": " "}, " "),
        ({"c": "z"}, None),
    ],
)
def test_the_first_text(entry: dict[str, Any], text: str | None) -> None:
    assert first(entry, ("a", "b")) == text


@pytest.mark.parametrize(
    ("value", "meant"),
    [(True, True), (False, False), ("true", True), ("False", False), ("yes", None), (1, None), (0, None), (None, None)],
)
def test_flags(value: object, meant: bool | None) -> None:
    assert flag({"on": value}, "on") is meant
    assert flag({}, "on") is None


@pytest.mark.parametrize(
    ("value", "text"),
    [("x", "x"), ("", ""), (1, "1"), (1.5, "1.5"), (True, "true"), (False, "false")],
)
def test_scalars_are_handed_on_as_text(value: object, text: str) -> None:
    assert is_scalar(value)
    assert scalar(value) == text
    assert strings([value, None, [], {}, value]) == [text, text]
    assert pairs({"a": value, "b": None, "c": [], "d": {}, 5: value}) == {"a": text, "5": text}


@pytest.mark.parametrize("value", [None, [], {}, object()])
def test_what_is_no_scalar(value: object) -> None:
    assert not is_scalar(value)


@pytest.mark.parametrize("value", [None, "a", 5, {"a": "b"}])
def test_only_a_list_has_strings(value: object) -> None:
    assert strings(value) == []


@pytest.mark.parametrize("value", [None, "a", 5, ["a"]])
def test_only_an_object_has_pairs(value: object) -> None:
    assert pairs(value) == {}


@pytest.mark.parametrize(
    ("cls", "values", "which"),
    [
        (Server, {"url": "https://x/mcp", "timeout": 1.5, "args": ("a",), "env": {"A": "b"}, "prefix": None}, set()),
        (Server, {"name": "not a setting", "url": "https://x/mcp"}, set()),
        (Server, {"url": "ftp://x/mcp"}, {"url"}),
        (Server, {"command": " "}, {"command"}),
        (Server, {"cwd": "", "timeout": 0.0}, {"cwd", "timeout"}),
        (Server, {"prefix": "a b"}, {"prefix"}),
        (
            Server,
            {"oauth_issuer": "login.example.com", "oauth_redirect_port": 70_000},
            {"oauth_issuer", "oauth_redirect_port"},
        ),
        (LlmModel, {"base_url": "localhost:8000/v1", "model": "m"}, {"base_url"}),
        (LlmModel, {"base_url": "https://x/v1", "model": "", "api": "other"}, {"model", "api"}),
    ],
)
def test_what_the_state_file_cannot_hold(cls: type, values: dict[str, Any], which: set[str]) -> None:
    reasons = unusable(cls, values)
    assert set(reasons) == which
    assert all(reasons.values())
