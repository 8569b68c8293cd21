"""Programs and commands that reach the gateway: they are valid, and hold the key only where it may be written."""

from __future__ import annotations

import ast
import json
import shlex

import pytest

from mcptui.interop.access import GatewayAccess
from mcptui.interop.snippets import SNIPPETS, shell

KEY = "sk-mcptui-1"
#: Names that would end a string, a word or a template where they are not quoted.
ODD = ["mcptui", "it's", 'say "x"', "a\\b", "$HOME", "`id`", "a\nb", "${x}", "ü"]


def access(key: str | None = KEY, name: str = "mcptui") -> GatewayAccess:
    return GatewayAccess(base_url="http://127.0.0.1:4000/", key=key, server="docs", name=name)


def words(text: str) -> list[str]:
    """As a shell reads it; a variable between quotes is left as it is."""
    return shlex.split(text.replace("\\\n", " "))


@pytest.mark.parametrize("kind", SNIPPETS)
def test_the_key_or_its_variable(kind: str) -> None:
    shown, hidden = SNIPPETS[kind](access()), SNIPPETS[kind](access(None))
    assert KEY in shown
    assert "MCPTUI_KEY" not in shown
    assert "MCPTUI_KEY" in hidden
    assert "\0" not in shown + hidden
    address = "/v1/responses" if kind == "openai" else "/mcp/docs"
    assert f"http://127.0.0.1:4000{address}" in shown


@pytest.mark.parametrize("key", [KEY, None])
@pytest.mark.parametrize("name", ODD)
@pytest.mark.parametrize("kind", ["python", "python-sdk"])
def test_python_programs_are_valid_whatever_the_gateway_is_called(kind: str, name: str, key: str | None) -> None:
    program = ast.parse(SNIPPETS[kind](access(key, name)))
    texts = {node.value for node in ast.walk(program) if isinstance(node, ast.Constant)}
    assert "http://127.0.0.1:4000/mcp/docs" in texts
    assert (f"Bearer {KEY}" in texts) is (key is not None)
    imported = {alias.name for node in ast.walk(program) if isinstance(node, ast.Import) for alias in node.names}
    assert ("os" in imported) is (key is None)


@pytest.mark.parametrize("key", [KEY, None])
@pytest.mark.parametrize("name", ODD)
def test_commands_say_the_same_to_a_shell_whatever_the_gateway_is_called(name: str, key: str | None) -> None:
    shown = key or "$MCPTUI_KEY"
    command = words(SNIPPETS["curl"](access(key, name)))
    assert command[:4] == ["curl", "http://127.0.0.1:4000/mcp/docs", "--header", f"Authorization: Bearer {shown}"]
    assert json.loads(command[-1])["id"] == name
    request = json.loads(words(SNIPPETS["openai"](access(key, name)))[-1])
    (tool,) = request["tools"]
    assert (tool["server_label"], tool["server_url"]) == (name, "http://127.0.0.1:4000/mcp/docs")
    assert tool["headers"] == {"x-litellm-api-key": f"Bearer {shown}"}


@pytest.mark.parametrize("name", ODD)
def test_typescript_takes_the_variable_from_the_process(name: str) -> None:
    assert f'Authorization: "Bearer {KEY}"' in SNIPPETS["typescript"](access(name=name))
    hidden = SNIPPETS["typescript"](access(None, name))
    assert "Authorization: `Bearer ${process.env.MCPTUI_KEY}`" in hidden
    assert f"name: {json.dumps(name)}," in hidden


@pytest.mark.parametrize(
    ("word", "written", "by_variable"),
    [
        ("plain", "plain", "plain"),
        ("two words", "'two words'", "'two words'"),
        ("\0", KEY, '"$MCPTUI_KEY"'),
        ("Bearer \0", f"'Bearer {KEY}'", "'Bearer '\"$MCPTUI_KEY\""),
        ("a\0b", f"a{KEY}b", 'a"$MCPTUI_KEY"b'),
    ],
)
def test_the_shell_puts_the_variable_in(word: str, written: str, by_variable: str) -> None:
    assert shell(access(), word) == written
    assert shell(access(None), word) == by_variable
    assert shell(access(None), "x", word) == f"x {by_variable}"
