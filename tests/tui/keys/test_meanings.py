"""A key means the same everywhere, or nothing: every binding of the app takes its keys from one list."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

import pytest

import mcptui.tui
from mcptui.tui.keys import meanings
from mcptui.tui.keys.actions import is_sendable, is_sometimes_sendable
from mcptui.tui.keys.meanings import Meaning
from mcptui.tui.keys.registry import sections
from mcptui.tui.shell.app_actions import MODE_ACTIONS

MEANINGS = {name: value for name, value in vars(meanings).items() if isinstance(value, Meaning)}
ROOT = Path(mcptui.tui.__file__).parent
#: Where bindings are made of keys, with the reason.
MAKE_BINDINGS = {
    "keys/meanings.py": "the list itself",
    "keys/actions.py": "from the meaning of an action",
    "shell/shell.py": "ctrl+c, which Textual binds too",
}
#: What has more than one meaning, with the reason.
SHARED = {
    "escape": "closing what is only to be read is going one level up; such dialogs close with q too",
}


def test_no_key_has_two_meanings() -> None:
    found: defaultdict[str, list[str]] = defaultdict(list)
    digits = [action.meaning for action in MODE_ACTIONS if action.meaning is not None]
    for meaning in (*MEANINGS.values(), *digits):
        for key in meaning.keys:
            found[key].append(meaning.title)
    assert {key: titles for key, titles in found.items() if len(titles) > 1 and key not in SHARED} == {}
    assert all(len(found[key]) > 1 for key in SHARED)


@pytest.mark.parametrize("name", MEANINGS)
def test_every_meaning_has_a_key_that_every_terminal_sends(name: str) -> None:
    keys = MEANINGS[name].keys
    assert any(is_sendable(key) for key in keys)
    assert all(is_sendable(key) or is_sometimes_sendable(key) for key in keys)


def test_keys_are_written_nowhere_else() -> None:
    wrong = []
    for file in sorted(ROOT.rglob("*.py")):
        name = file.relative_to(ROOT).as_posix()
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or name in MAKE_BINDINGS:
                continue
            if isinstance(node.func, ast.Name) and node.func.id == "Binding":
                wrong.append(f"{name}:{node.lineno}")
    assert wrong == []


def test_every_meaning_is_used() -> None:
    source = "".join(file.read_text(encoding="utf-8") for file in ROOT.rglob("*.py"))
    assert [name for name in MEANINGS if f"meanings.{name}" not in source] == []


def test_actions_have_keys_of_their_meaning_only() -> None:
    known = {meaning.title: set(meaning.keys) for meaning in MEANINGS.values()}
    for title, actions in sections():
        for action in actions:
            if action.meaning is not None and action not in MODE_ACTIONS:
                assert set(action.keys) <= known[action.meaning.title], (title, action.id)


def test_only_keys_of_a_meaning_can_be_chosen() -> None:
    assert meanings.OPEN.only("enter").keys == ("enter",)
    with pytest.raises(ValueError, match="are not keys of"):
        meanings.OPEN.only("x")
