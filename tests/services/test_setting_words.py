"""Values of settings in words."""

from __future__ import annotations

from typing import Any

import pytest

from mcptui.model import GatewaySettings, Key, LlmModel, Server
from mcptui.model.setting import settings_of
from mcptui.services.setting_words import joined, rules, value_words


@pytest.mark.parametrize(
    ("cls", "name", "value", "words"),
    [
        (Server, "timeout", 9.5, "9.5 s"),
        (Server, "max_timeout", None, None),
        (Server, "max_concurrent", 1000, "1,000 requests"),
        (Server, "allow_all_keys", True, "yes"),
        (Server, "allow_all_keys", False, "no"),
        (Server, "auth_type", "bearer_token", "bearer_token"),
        (Server, "headers", {"A": "1", "B": "2"}, "A=1, B=2"),
        (Server, "headers", {}, ""),
        (Server, "tags", ("a", "b"), "a, b"),
        (Server, "allowed_tools", (), "none"),
        (Server, "allowed_tools", None, None),
        (Server, "disallowed_tools", (), None),
        (Server, "disallowed_tools", ("x_*",), "x_*"),
        (Key, "servers", None, "not set"),
        (Key, "servers", (), "none"),
        (Key, "tools", None, "not set"),
        (Key, "tools", {"a": ("x", "!y")}, "a=x,!y"),
        (Key, "networks", ("10.0.0.0/8",), "10.0.0.0/8"),
        (LlmModel, "input_price", 2.5, "$2.5 per 1M tokens"),
        (GatewaySettings, "port", 4000, "4000"),
    ],
)
def test_a_value_in_words(cls: type, name: str, value: Any, words: str | None) -> None:
    assert value_words(settings_of(cls)[name], value) == words


def test_nothing_said_differs_from_none_allowed() -> None:
    assert (joined(None, none="not set"), joined(()), joined(("a", "b"))) == ("not set", "none", "a, b")
    assert (rules(None), rules({"a": ("x",), "b": ()})) == ("", "a=x b=")
