from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from pkgutil import resolve_name

import pytest

from mcptui.tui.keys.actions import (
    Action,
    bindings,
    clashes,
    is_available,
    is_sendable,
    is_sometimes_sendable,
    key_label,
)
from mcptui.tui.keys.meanings import Meaning
from mcptui.tui.keys.registry import key_table, sections
from mcptui.tui.shell.app_actions import ACTIONS
from mcptui.tui.shell.mode import Mode
from mcptui.tui.shell.modes import MODES

ALL = [action for _, actions in sections() for action in actions]
SCREENS = {title: actions for title, actions in sections() if actions is not ACTIONS}


@pytest.mark.parametrize("action", ALL, ids=lambda action: action.id)
def test_every_default_key_can_be_sent_by_a_terminal(action: Action) -> None:
    rest = [key for key in action.keys if not is_sendable(key)]
    assert len(rest) < len(action.keys) or not action.keys
    assert all(is_sometimes_sendable(key) for key in rest)


@pytest.mark.parametrize("key", ["ctrl+i", "ctrl+m", "ctrl+h", "ctrl+A", "shift+g", "ctrl+enter", "alt+1", "?", "ö"])
def test_keys_that_legacy_terminals_cannot_send(key: str) -> None:
    assert not is_sendable(key)


@pytest.mark.parametrize("screen", SCREENS)
def test_no_two_actions_of_a_screen_share_a_key(screen: str) -> None:
    assert clashes(SCREENS[screen], ACTIONS) == []


def test_ids_are_unique() -> None:
    ids = [action.id for action in ALL]
    assert len(ids) == len(set(ids))


def test_clashes_name_key_and_actions() -> None:
    first = Action(id="a.one", title="One", handler="one", meaning=Meaning("One", ("x", "y")))
    second = Action(id="app.two", title="Two", handler="app.two", meaning=Meaning("Two", ("y",)))
    assert clashes([first], [second]) == ["y: a.one and app.two"]
    sometimes = replace(second, priority=True, when=bool)
    assert clashes([first], [sometimes]) == []


def test_an_action_without_keys_has_no_binding() -> None:
    assert bindings([Action(id="a.one", title="One", handler="one")]) == []


def test_only_actions_with_a_label_are_in_the_footer() -> None:
    shown, hidden = bindings(
        [
            Action(id="a.one", title="One", handler="one", meaning=Meaning("One", ("x",)), label="1"),
            Action(id="a.two", title="Two", handler="two", meaning=Meaning("Two", ("y",))),
        ]
    )
    assert not isinstance(shown, tuple)
    assert not isinstance(hidden, tuple)
    assert (shown.show, shown.description) == (True, "1")
    assert (hidden.show, hidden.description) == (False, "Two")


def test_when_decides_whether_an_action_is_available() -> None:
    action = Action(id="a.one", title="One", handler="one", when=lambda screen: screen == "here")
    assert is_available([action], "one", "here")
    assert not is_available([action], "one", "elsewhere")
    assert is_available([action], "other", "elsewhere")


@pytest.mark.parametrize(
    ("key", "label"), [("question_mark", "?"), ("ctrl+s", "ctrl+s"), ("space", "space"), ("G", "G"), ("slash", "/")]
)
def test_keys_are_written_as_people_write_them(key: str, label: str) -> None:
    assert key_label(key) == label


def test_the_key_table_has_every_action() -> None:
    table = key_table()
    assert [action.id for action in ALL if f"`{action.id}`" not in table] == []


def test_the_documented_keys_are_the_real_ones() -> None:
    """Where this fails: replace everything from the first table on by what ``key_table()`` returns."""
    page = (Path(__file__).parents[3] / "docs" / "keys.md").read_text(encoding="utf-8")
    assert page.endswith(key_table())


@pytest.mark.parametrize("mode", MODES.values(), ids=MODES)
def test_help_texts_name_keys_that_there_are(mode: Mode) -> None:
    keys = {key_label(key) for action in (*mode.actions, *ACTIONS) for key in action.keys}
    named = set(re.findall(r"\*\*([^*\s])\*\*", resolve_name(mode.screen).HELP))
    assert named <= keys
