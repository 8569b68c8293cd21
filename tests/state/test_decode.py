"""One converter for each kind of value: what it takes, what it refuses, and that no message shows a secret."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any

import pytest

from mcptui.model import GatewaySettings, Key, LlmModel, Server
from mcptui.model.setting import settings_of
from mcptui.state import decode
from mcptui.state.decode import BadValueError

HASH = f"sha256:{'0a' * 32}"
ZONE = timezone(timedelta(hours=2))


@pytest.mark.parametrize(
    ("convert", "value", "found"),
    [
        (decode.text, "", ""),
        (decode.text, "a", "a"),
        (decode.filled, " a ", " a "),
        (decode.url, "https://x", "https://x"),
        (decode.url, "HTTP://X:1/a?b#c", "HTTP://X:1/a?b#c"),
        (decode.url, "${env:URL}", "${env:URL}"),
        (decode.url, "${file:/run/my url}/mcp", "${file:/run/my url}/mcp"),
        (decode.url, "https://${env:HOST}/mcp", "https://${env:HOST}/mcp"),
        (decode.texts, [], ()),
        (decode.texts, ["a", ""], ("a", "")),
        (decode.networks, ["10.0.0.0/8", "::1", "10.1.2.3/8"], ("10.0.0.0/8", "::1", "10.1.2.3/8")),
        (decode.text_map, {}, {}),
        (decode.text_map, {"A b": "c"}, {"A b": "c"}),
        (decode.tool_rules, {"a": ["x*", "!y"], "b": []}, {"a": ("x*", "!y"), "b": ()}),
        (decode.flag, False, False),
        (decode.whole(1), 1, 1),
        (decode.whole(0, 65535), 65535, 65535),
        (decode.seconds, 5, 5.0),
        (decode.seconds, 0.001, 0.001),
        (decode.price, 0, 0.0),
        (decode.price, 2.5, 2.5),
        (decode.moment, datetime(2027, 1, 1, 2, tzinfo=ZONE), datetime(2027, 1, 1, tzinfo=UTC)),
        (decode.choice(["a", "b"]), "b", "b"),
        (decode.matching(decode.text, re.compile("[a-z]{1,2}"), "short"), "ab", "ab"),
        (decode.matching(decode.texts, re.compile("[a-z]"), "one letter"), ["a", "b"], ("a", "b")),
        (decode.matching(decode.text_map, re.compile("[a-z]"), "one letter"), {"a": "B C"}, {"a": "B C"}),
        (decode.key_hash, HASH, HASH),
    ],
)
def test_what_is_taken(convert: Callable[[object], Any], value: object, found: object) -> None:
    assert convert(value) == found
    assert type(convert(value)) is type(found)


@pytest.mark.parametrize(
    ("convert", "value", "reason", "hint"),
    [
        (decode.text, 5, "must be a string, not a number", "Write it in quotes."),
        (decode.text, True, "must be a string, not true", "Write it in quotes."),
        (decode.text, [], "must be a string, not an array", None),
        (decode.text, {}, "must be a string, not a table", None),
        (decode.text, date(2027, 1, 1), "must be a string, not a date", None),
        (decode.text, time(1), "must be a string, not a time", None),
        (decode.filled, " \t", "must not be empty", None),
        (decode.url, "", "must not be empty", None),
        (decode.url, "https://x/a b", "must not contain white space", None),
        (decode.url, "ftp://x", "is not a URL", "It must start with http:// or https://"),
        (decode.url, "https:///x", "is not a URL", "It must start with http:// or https://"),
        (decode.url, "x.example", "is not a URL", "It must start with http:// or https://"),
        (decode.texts, "a", "must be an array of strings, not a string", 'Write it in brackets: ["…"]'),
        (decode.texts, [1], "must hold only strings, not a number", None),
        (decode.networks, ["10.0.0.0/33"], '"10.0.0.0/33" is not an IP network', "Examples: 10.0.0.0/8 and ::1"),
        (decode.text_map, ["a"], "must be a table of strings, not an array", 'Example: { NAME = "value" }'),
        (decode.text_map, {"A": 5}, "A must be a string, not a number", None),
        (
            decode.tool_rules,
            ["a"],
            "must be a table of server and globs, not an array",
            'Example: { github = ["read_*"] }',
        ),
        (decode.tool_rules, {"a": "x"}, "must be an array of strings, not a string", 'Write it in brackets: ["…"]'),
        (decode.flag, "true", "must be true or false, not a string", "Write it without quotes."),
        (decode.flag, "yes", "must be true or false, not a string", None),
        (decode.flag, 1, "must be true or false, not a number", None),
        (decode.whole(1), 0, "must be a whole number of at least 1, not 0", None),
        (decode.whole(1, 9), 10, "must be a whole number from 1 to 9, not 10", None),
        (decode.whole(1), 1.0, "must be a whole number of at least 1, not a number", None),
        (decode.whole(0), False, "must be a whole number of at least 0, not false", None),
        (decode.seconds, 0, "must be more than 0 seconds, not 0", None),
        (decode.seconds, float("inf"), "must be more than 0 seconds, not inf", None),
        (decode.seconds, float("nan"), "must be more than 0 seconds, not nan", None),
        (decode.seconds, True, "must be a number of seconds, not true", None),
        (
            decode.price,
            -0.1,
            "must be 0 or more US dollars, not -0.1",
            "Example: 2.5 (US dollars per 1M tokens)",
        ),
        (
            decode.price,
            "2",
            "must be a number of US dollars, not a string",
            "Example: 2.5 (US dollars per 1M tokens)",
        ),
        (
            decode.moment,
            datetime(2027, 1, 1),
            "2027-01-01 00:00:00 needs a time zone",
            "Example: 2027-01-01T00:00:00Z (without quotes)",
        ),
        (
            decode.moment,
            date(2027, 1, 1),
            "2027-01-01 needs a time and a time zone",
            "Example: 2027-01-01T00:00:00Z (without quotes)",
        ),
        (decode.choice(["auto", "http"]), "https", '"https" is not one of auto, http', 'Did you mean "http"?'),
        (decode.choice(["auto", "http"]), "zzz", '"zzz" is not one of auto, http', None),
        (decode.matching(decode.text, re.compile("[a-z]"), "one letter"), "ab", '"ab" is not one letter', None),
        (decode.matching(decode.texts, re.compile("[a-z]"), "one letter"), ["a", "B"], '"B" is not one letter', None),
        (
            decode.matching(decode.text_map, re.compile("[a-z]"), "one letter"),
            {"B": "a"},
            '"B" is not one letter',
            None,
        ),
        (
            decode.matching(decode.text, re.compile("[a-z]"), "one letter"),
            1,
            "must be a string, not a number",
            "Write it in quotes.",
        ),
    ],
)
def test_what_is_refused(convert: Callable[[object], Any], value: object, reason: str, hint: str | None) -> None:
    with pytest.raises(BadValueError) as caught:
        convert(value)
    assert (caught.value.reason, caught.value.hint) == (reason, hint)


@pytest.mark.parametrize(
    ("convert", "value"),
    [
        (decode.key_hash, "sk-canary"),
        (decode.key_hash, HASH.upper()),
        (decode.key_hash, f"{HASH}0"),
        (decode.texts, [["sk-canary"]]),
        (decode.text_map, {"A": ["sk-canary"]}),
        (decode.url, "sk-canary"),
    ],
)
def test_what_may_be_a_secret_is_not_shown(convert: Callable[[object], Any], value: object) -> None:
    with pytest.raises(BadValueError) as caught:
        convert(value)
    assert "canary" not in f"{caught.value.reason}{caught.value.hint}"


@pytest.mark.parametrize(
    ("value", "choices", "meant"),
    [
        ("githb", ["github", "gitlab"], "github"),
        ("GITHUB", ["github"], "github"),
        ("Files", ["Files-2", "FILES"], "FILES"),
        ("zzz", ["github"], None),
        ("", ["github"], None),
        ("a", [], None),
    ],
)
def test_the_nearest_choice(value: str, choices: list[str], meant: str | None) -> None:
    assert decode.nearest(value, choices) == meant
    assert decode.did_you_mean(value, choices) == (meant and f'Did you mean "{meant}"?')


def test_a_text_of_the_file_is_shown_on_one_line_and_cut() -> None:
    assert decode.shown("a\n\x1b[31m b") == '"a \\u001b[31m b"'
    assert len(decode.shown("x" * 200)) == 62


@pytest.mark.parametrize(
    ("cls", "setting", "good", "bad"),
    [
        (Server, "transport", "sse", "tcp"),
        (Server, "prefix", "", "a b"),
        (Server, "prefix", "x" * 32, "x" * 33),
        (Server, "timeout", 5, 0),
        (Server, "max_concurrent", 1, 0),
        (Server, "auth_type", "oauth2", "oauth"),
        (Server, "oauth_redirect_port", 65535, 65536),
        (GatewaySettings, "port", 0, -1),
        (GatewaySettings, "separator", "__", ""),
        (GatewaySettings, "max_body_bytes", 1024, 1023),
        (Key, "hash", HASH, "abc"),
        (LlmModel, "input_price", 0, -1),
    ],
)
def test_the_converter_of_a_setting_follows_from_its_declaration(cls: type, setting: str, good: Any, bad: Any) -> None:
    convert = decode.fields_of(cls)[setting]
    assert convert(good) == good
    with pytest.raises(BadValueError):
        convert(bad)


@pytest.mark.parametrize("cls", [Server, GatewaySettings, Key, LlmModel])
def test_every_setting_has_a_converter(cls: type) -> None:
    assert set(decode.fields_of(cls)) == set(settings_of(cls))
    assert decode.fields_of(cls) is decode.fields_of(cls)
