"""The questions of the Access mode."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from mcptui.access.subjects import Ref, below
from mcptui.model import Key, State
from mcptui.tui.widgets.dialogs import CANCEL, Choice, ChoiceDialog, ConfirmDialog

#: Answer of the rotate dialog → how long the old key stays valid.
ROTATIONS: Final[Mapping[str, timedelta]] = {
    "now": timedelta(0),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
}


def kind_dialog() -> ChoiceDialog:
    """What to create."""
    text = "Clients authenticate with a key. Users, teams and orgs define access for the keys below them."
    kinds = [Choice("org", "Org", key="o"), Choice("team", "Team", key="t"), Choice("user", "User", key="u")]
    return ChoiceDialog("New", text, [CANCEL, *kinds, Choice("key", "Key", "primary", key="k")])


def delete_dialog(state: State, ref: Ref) -> ConfirmDialog:
    """Names the subject and what happens to those below it."""
    if ref.kind == "key":
        text = "Clients that use it are rejected immediately."
    else:
        members = below(state, ref)
        listed = ", ".join(str(member) for member in members[:8]) + (", …" if len(members) > 8 else "")
        text = f"Members are kept, without this {ref.kind}'s rules: {listed}." if members else "It has no members."
    return ConfirmDialog(f"Delete {ref}?", text, "Delete")


def revoke_dialog(key: Key, used: str) -> ConfirmDialog:
    """Asks before a key is disabled; ``used`` is when it was last used."""
    text = "Clients that use it are rejected within a second, also on open connections. Space enables it again."
    text = f"Last used: {used}. {text}"
    return ConfirmDialog(f"Disable key {key.name}?", text, "Disable")


def rotate_dialog(name: str, used: str) -> ChoiceDialog:
    """How long the old key stays valid; ``used`` is when it was last used."""
    choices = [
        Choice("now", "Revoke now", "error", key="n"),
        Choice("hour", "1 hour", key="h"),
        Choice("day", "1 day", key="d"),
        CANCEL,
    ]
    text = f"A new key is created. Last use of the old key: {used}. Keep the old key valid for …"
    return ChoiceDialog(f"Rotate key {name}?", text, choices)
