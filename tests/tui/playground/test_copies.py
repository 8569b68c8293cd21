"""Calls to paste elsewhere."""

from __future__ import annotations

import json
import shlex

import pytest

from mcptui.tui.playground.copies import command_line, curl, python
from mcptui.tui.playground.items import Item


@pytest.mark.parametrize(
    ("item", "arguments", "key", "words"),
    [
        (
            Item("tools", "demo__add"),
            {"a": 'it\'s "1"'},
            "ci",
            ["mcptui", "tool", "call", "demo__add", "--args", '{"a": "it\'s \\"1\\""}', "--key", "ci"],
        ),
        (Item("tools", "x"), {}, None, ["mcptui", "tool", "call", "x"]),
        (Item("prompts", "greet"), {"who": "a b"}, None, ["mcptui", "prompt", "get", "greet", "who=a b"]),
        (Item("resources", "n://{id}"), {"id": "1"}, None, ["mcptui", "resource", "read", "n://1"]),
    ],
)
def test_command_line(item: Item, arguments: dict[str, str], key: str | None, words: list[str]) -> None:
    assert shlex.split(command_line(item, item.request(arguments), key)) == words


def test_curl_has_no_key_in_it() -> None:
    text = curl(Item("tools", "x").request({"q": "it's"}), "http://127.0.0.1:4000")
    words = shlex.split(text.replace("\\\n", ""))
    assert words[:2] == ["curl", "http://127.0.0.1:4000/mcp"]
    assert "Authorization: Bearer $MCPTUI_KEY" in words
    assert json.loads(words[-1])["params"] == {"name": "x", "arguments": {"q": "it's"}}


@pytest.mark.parametrize(
    ("item", "arguments", "line"),
    [
        (Item("tools", "a'b"), {"n": None, "ok": True}, """await client.call_tool("a'b", {'n': None, 'ok': True})"""),
        (Item("prompts", "p"), {"x": "1"}, "await client.get_prompt('p', {'x': '1'})"),
        (Item("resources", "n://1"), {}, "await client.read_resource('n://1')"),
    ],
)
def test_a_python_program(item: Item, arguments: dict[str, object], line: str) -> None:
    program = python(item.request(arguments), "http://127.0.0.1:4000")
    assert line in program
    assert "'http://127.0.0.1:4000/mcp'" in program
    compile(program, "program.py", "exec")
