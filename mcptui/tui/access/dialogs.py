"""The questions of the Access mode."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from mcptui.access.subjects import Ref, below
from mcptui.model import Key, State
from mcptui.tui.widgets.dialogs import CANCEL, Choice, ChoiceDialog, ConfirmDialog

#: Answer of the rotate dialog → how long the old key still works.
ROTATIONS: Final[Mapping[str, timedelta]] = {
    "now": timedelta(0),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
}


def kind_dialog() -> ChoiceDialog:
    """What to create."""
    text = "A key lets a client in. Users, teams and orgs share out servers to the keys below them."
    kinds = [Choice("org", "Org", key="o"), Choice("team", "Team", key="t"), Choice("user", "User", key="u")]
    return ChoiceDialog("New", text, [CANCEL, *kinds, Choice("key", "Key", "primary", key="k")])


def delete_dialog(state: State, ref: Ref) -> ConfirmDialog:
    """Names the subject and what happens to those below it."""
    if ref.kind == "key":
        text = "Clients that use it are refused at once."
    else:
        members = below(state, ref)
        listed = ", ".join(str(member) for member in members[:8]) + (", …" if len(members) > 8 else "")
        text = (
            f"They stay, without it, and its rules no longer apply to them: {listed}."
            if members
            else "Nothing belongs to it."
        )
    return ConfirmDialog(f"Delete {ref}?", text, "Delete")


def revoke_dialog(key: Key, used: str) -> ConfirmDialog:
    """Before a key stops working; ``used`` is when it was last used."""
    text = "Clients that use it are refused within a second, open connections included. X enables it again."
    text = f"Last used: {used}. {text}"
    return ConfirmDialog(f"Revoke key {key.name}?", text, "Revoke")


def rotate_dialog(name: str, used: str) -> ChoiceDialog:
    """When the old key ends; ``used`` is when it was last used."""
    choices = [
        Choice("now", "Ends now", "error"),
        Choice("hour", "Works 1 hour more"),
        Choice("day", "Works 1 day more"),
        CANCEL,
    ]
    return ChoiceDialog(
        f"Replace key {name}?", f"A new key is made. The old one, last used: {used}. What happens to it?", choices
    )
