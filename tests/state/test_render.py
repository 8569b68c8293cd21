"""Values as TOML text: what is written is read back as the same."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from mcptui.state.render import render, render_pair, render_table


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"),
        (5, "5"),
        (0.5, "0.5"),
        (60.0, "60.0"),
        ("a", '"a"'),
        ("", '""'),
        ('say "x"', '"say \\"x\\""'),
        ("C:\\new", '"C:\\\\new"'),
        ([], "[]"),
        (["a", "b"], '["a", "b"]'),
        ({}, "{}"),
        ({"a": 1, "b": ["c"]}, '{ a = 1, b = ["c"] }'),
        ({"X-Api Key": "v", "": "w"}, '{ "X-Api Key" = "v", "" = "w" }'),
        ({"a": {"b": {}}}, "{ a = { b = {} } }"),
        (datetime(2027, 1, 1, tzinfo=UTC), "2027-01-01T00:00:00Z"),
        (datetime(2027, 1, 1, 1, 2, 3, 4, tzinfo=UTC), "2027-01-01T01:02:03.000004Z"),
        (datetime(2027, 1, 1, tzinfo=timezone(timedelta(hours=2))), "2027-01-01T00:00:00+02:00"),
    ],
)
def test_values_on_one_line(value: Any, text: str) -> None:
    assert render(value) == text
    assert tomllib.loads(f"a = {text}") == {"a": value}


@pytest.mark.parametrize(
    "text",
    [
        "two\nlines",
        "a\ttab",
        "\r\n",
        "\x00",
        "\x07",
        "\x1b[31m",
        "\x7f",
        "\\",
        '"""',
        "ü",
        "\u2028",
        "😀",
        "${env:A}",
        "#",
    ],
)
def test_any_text_is_read_back_and_stays_on_its_line(text: str) -> None:
    for value in (text, [text], {text: text}):
        written = render(value)
        assert "\n" not in written
        assert tomllib.loads(f"a = {written}") == {"a": value}


@pytest.mark.parametrize(
    ("path", "key"),
    [(("a",), "a"), (("a", "b-c_1"), "a.b-c_1"), (("a b",), '"a b"'), (("a", "b.c"), 'a."b.c"'), (("ä",), '"ä"')],
)
def test_keys_are_quoted_where_they_have_to_be(path: tuple[str, ...], key: str) -> None:
    assert render_pair(path, 1) == f"{key} = 1\n"
    assert render_table(path, {}) == f"[{key}]\n"


@pytest.mark.parametrize(("size", "lines"), [(1, 1), (88, 1), (89, 3)])
def test_a_long_array_gets_a_line_for_each_item(size: int, lines: int) -> None:
    value = ["x" * size]
    text = render_pair(("args",), value)
    assert text.count("\n") == lines
    assert tomllib.loads(text) == {"args": value}


def test_a_long_text_stays_whole() -> None:
    assert render_pair(("a",), "x" * 200).count("\n") == 1


def test_a_table() -> None:
    table = {"url": "https://x", "headers": {"A": "b"}, "args": ["x" * 60, "y" * 60]}
    text = render_table(("servers", "my docs"), table)
    assert text.startswith('[servers."my docs"]\nurl = "https://x"\nheaders = { A = "b" }\nargs = [\n')
    assert tomllib.loads(text) == {"servers": {"my docs": table}}
