"""Values of settings as texts, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

import pytest

from mcptui.model import GatewaySettings, Group, Key, LlmModel, Server
from mcptui.model.names import affix, header_names
from mcptui.model.setting import Setting, about, settings_of
from mcptui.state.decode import BadValueError
from mcptui.tui.settings.fields import setting_fields
from mcptui.tui.settings.text import Text, shown, value_of_text
from tests.support.settings_page import CLASSES

NOW: Final = datetime(2026, 11, 22, tzinfo=UTC)
#: A class of settings, one of them, a value of it, and how that stands in a form.
VALUES: Final[list[tuple[type, str, Any, Text]]] = [
    (Server, "description", "", ""),
    (Server, "description", "what it does", "what it does"),
    (Server, "prefix", None, ""),
    (Server, "prefix", "", "-"),
    (Server, "prefix", "docs", "docs"),
    (Server, "cwd", None, ""),
    (Server, "timeout", 60.0, "60"),
    (Server, "timeout", 0.1, "0.1"),
    (Server, "max_timeout", None, ""),
    (Server, "allowed_tools", None, ""),
    (Server, "allowed_tools", (), "-"),
    (Server, "allowed_tools", ("read_*", "x"), "read_*, x"),
    (Server, "disallowed_tools", (), ""),
    (Server, "oauth_scopes", ("a", "b"), "a, b"),
    (Server, "oauth_redirect_port", 65535, "65535"),
    (Server, "environment", None, ""),
    (Server, "environment", "prod", "prod"),
    (Server, "allow_all_keys", True, "yes"),
    (Server, "allow_all_keys", False, "no"),
    (Server, "headers", {"X-A": "b"}, (("X-A", "b"),)),
    (GatewaySettings, "survive_app", None, ""),
    (GatewaySettings, "survive_app", False, "no"),
    (GatewaySettings, "port", 0, "0"),
    (Key, "expires", None, ""),
    (Key, "expires", datetime(2027, 1, 1, tzinfo=UTC), "2027-01-01T00:00:00+00:00"),
    (Key, "networks", ("10.0.0.0/8", "::1"), "10.0.0.0/8, ::1"),
    (Key, "tools", None, ()),
    (Key, "tools", {"a": ("x", "!y")}, (("a", "x, !y"),)),
    (Key, "models", ("*", "!o1"), "*, !o1"),
    (Group, "servers", ("a", "@b"), "a, @b"),
    (LlmModel, "input_price", 2.5, "2.5"),
    (LlmModel, "context_size", 128_000, "128,000"),
]


def setting(cls: type, name: str) -> Setting:
    return settings_of(cls)[name]


@pytest.mark.parametrize(("cls", "name", "value", "text"), VALUES)
def test_a_value_and_its_text(cls: type, name: str, value: Any, text: Text) -> None:
    assert shown(setting(cls, name), value) == text
    assert value_of_text(setting(cls, name), text, NOW) == value


@pytest.mark.parametrize(
    ("cls", "name", "text", "value"),
    [
        (Server, "oauth_scopes", "read write,  admin", ("read", "write", "admin")),
        (Server, "tags", " a, ,b c ", ("a", "b c")),
        (Server, "headers", (("", ""), (" X-Team ", " docs ")), {"X-Team": " docs "}),
        (Server, "timeout", " 1,5 ", 1.5),
        (Key, "expires", "30d", datetime(2026, 12, 22, tzinfo=UTC)),
        (Key, "expires", " ", None),
        (Key, "tools", (("a", "x, y"), ("", "z")), {"a": ("x", "y")}),
        (LlmModel, "context_size", "128,000", 128_000),
        (LlmModel, "context_size", "1 000_000", 1_000_000),
        (LlmModel, "input_price", "$2,50", 2.5),
    ],
)
def test_what_people_write(cls: type, name: str, text: Text, value: Any) -> None:
    assert value_of_text(setting(cls, name), text, NOW) == value


@pytest.mark.parametrize(
    ("cls", "name", "text", "reason"),
    [
        (Server, "timeout", "soon", "must be a number of seconds above 0"),
        (Server, "timeout", "0", "must be more than 0 seconds, not 0"),
        (Server, "timeout", "inf", "must be more than 0 seconds, not inf"),
        (Server, "timeout", "nan", "must be more than 0 seconds, not nan"),
        (Server, "max_concurrent", "0", "must be a whole number of at least 1, not 0"),
        (Server, "max_concurrent", "-3", "must be a whole number of at least 1, not -3"),
        (Server, "max_concurrent", "²", "must be a whole number of at least 1"),
        (Server, "max_concurrent", "1,5", "must be a whole number of at least 1"),
        (Server, "max_concurrent", "9" * 5000, "must be a whole number of at least 1"),
        (Server, "oauth_redirect_port", "65536", "must be a whole number from 1 to 65535, not 65536"),
        (Server, "oauth_issuer", "issuer.example", "is not a URL"),
        (Server, "headers", (("X Team", "a"),), '"X Team" is not the name of a header'),
        (Server, "forward_headers", "X-A, X B", '"X B" is not the name of a header'),
        (Server, "prefix", "a b", '"a b" is not 0 to 32 of letters, digits, _ . and -'),
        (LlmModel, "model", " ", "must not be empty"),
        (LlmModel, "base_url", "", "must not be empty"),
        (GatewaySettings, "separator", "-" * 9, '"---------" is not 1 to 8 of letters, digits, _ . and -'),
        (Key, "expires", "soon", "must be a length of time such as 30d or 12h, or a date such as 2027-01-31"),
        (Key, "networks", "here", '"here" is not an IP network'),
        (LlmModel, "input_price", "many", "must be a number of US dollars, such as 2.5"),
        (LlmModel, "input_price", "-1", "must be 0 or more US dollars, not -1"),
    ],
)
def test_what_cannot_be(cls: type, name: str, text: Text, reason: str) -> None:
    with pytest.raises(BadValueError) as caught:
        value_of_text(setting(cls, name), text, NOW)
    assert caught.value.reason == reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """Texts with a default, that an empty text may or may not be."""

    named: str = field(default="X-Team", metadata=about("Named", "a header", **header_names()))
    prefix: str = field(default="a", metadata=about("Prefix", "may be empty", **affix(0, 8)))
    free: str = field(default="b", metadata=about("Free", "any text"))
    opened: str | None = field(default=None, metadata=about("Open", "a header", **header_names()))


@pytest.mark.parametrize(
    ("cls", "name", "value"),
    [
        (Texts, "named", "X-Team"),
        (Texts, "prefix", ""),
        (Texts, "free", ""),
        (Texts, "opened", None),
        (Server, "timeout", 60.0),
        (Server, "max_concurrent", 100),
        (Server, "max_timeout", None),
        (Server, "tags", ()),
        (Server, "headers", {}),
        (GatewaySettings, "host", "127.0.0.1"),
        (GatewaySettings, "port", 4000),
        (GatewaySettings, "separator", "__"),
        (GatewaySettings, "tls_certfile", None),
    ],
)
def test_an_emptied_field_means_nothing_or_where_that_cannot_be_the_default(cls: type, name: str, value: Any) -> None:
    assert value_of_text(setting(cls, name), " ", NOW) == value


@pytest.mark.parametrize(
    ("cls", "name", "words"),
    [
        (Texts, "named", "X-Team"),
        (Texts, "prefix", ""),
        (Texts, "opened", ""),
        (Server, "timeout", "60, idle time before a request fails"),
        (Server, "max_timeout", "even while progress is reported"),
        (GatewaySettings, "port", "4000"),
        (GatewaySettings, "max_body_bytes", "67,108,864"),
        (LlmModel, "model", "gpt-4o"),
    ],
)
def test_the_default_stands_in_a_field_that_is_empty(cls: type, name: str, words: str) -> None:
    (found,) = [each for each in setting_fields(cls) if each.name == name]
    assert found.placeholder == words


DEFAULTS: Final[Mapping[str, tuple[Setting, ...]]] = {
    name: tuple(each for each in settings_of(cls).values() if not each.is_required) for name, cls in CLASSES.items()
}


@pytest.mark.parametrize("name", CLASSES)
def test_every_default_survives_its_text(name: str) -> None:
    for each in DEFAULTS[name]:
        if each.kind != "text_map" and each.default is not None and each.kind != "filled":
            assert value_of_text(each, shown(each, each.default), NOW) == each.default
