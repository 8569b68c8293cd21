"""JSON in colours."""

from __future__ import annotations

import pytest
from rich.text import Text
from textual.app import App

from mcptui.tui.text.json_text import Passage, colour_line, joined, json_content, passages_content


def coloured(text: str) -> list[tuple[str, str]]:
    content = json_content(text)
    return [(content.plain[span.start : span.end], str(span.style)) for span in content.spans]


def test_names_strings_and_other_values_have_colours_of_their_own() -> None:
    text = '{\n  "na\\"me": "true: 1",\n  "n": [-1.5e3, true, null]\n}'
    assert json_content(text).plain == text
    assert coloured(text) == [
        ('"na\\"me"', "bold"),
        ('"true: 1"', "$text-success"),
        ('"n"', "bold"),
        ("-1.5e3", "$text-accent"),
        ("true", "$text-accent"),
        ("null", "$text-accent"),
    ]


@pytest.mark.parametrize("text", ["", "[/bold]", '{"cut off', "\\"])
def test_what_is_no_json_stays_as_it_is(text: str) -> None:
    assert json_content(text).plain == text


def test_lines_of_json_are_known() -> None:
    passages = [Passage("a\nb"), Passage("{\n}", is_json=True), Passage("1")]
    assert joined(passages) == ("a\nb\n{\n}\n1", frozenset({2, 3}))
    assert passages_content([Passage("1\u202e"), Passage("1", is_json=True)], limit=50).plain == "1\\u202e\n1"
    assert passages_content([Passage("12345"), Passage("1")], limit=4).plain == "123…"


def test_very_long_lines_have_no_colours() -> None:
    theme = App[None]().current_theme
    short, long = Text('{"a": 1}'), Text('"' + "x" * 20_000 + '"')
    colour_line(short, theme)
    colour_line(long, theme)
    assert (len(short.spans), len(long.spans)) == (2, 0)
