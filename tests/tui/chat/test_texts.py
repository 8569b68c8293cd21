"""What an empty conversation says."""

from __future__ import annotations

from mcptui.tui.chat.actions import ACTIONS
from mcptui.tui.chat.texts import HELP, no_model, welcome
from mcptui.tui.keys.actions import key_label


def test_keys_that_the_texts_name_are_keys_of_the_mode() -> None:
    named = {"alt+h", "alt+x", "alt+k", "alt+j", "esc", "f2"}
    texts = HELP + welcome().plain + no_model().plain
    known = {key_label(key) for action in ACTIONS for key in action.keys} | {"esc"}
    assert {key for key in named if key in texts} == named
    assert named <= known
