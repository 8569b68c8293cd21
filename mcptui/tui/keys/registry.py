"""All actions of the app, scope by scope."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mcptui.tui.keys import meanings
from mcptui.tui.keys.actions import Action, keys_label
from mcptui.tui.keys.meanings import Meaning
from mcptui.tui.shell import app_actions
from mcptui.tui.shell.modes import MODES


def sections() -> Iterator[tuple[str, Sequence[Action]]]:
    """Title and actions of every part of the app, as the documentation shows them."""
    yield "Everywhere", app_actions.ACTIONS
    for mode in MODES.values():
        yield mode.title, mode.actions
    for mode in MODES.values():
        yield from mode.further.items()


def all_meanings() -> Iterator[Meaning]:
    """What keys mean, in the order of their list."""
    yield from (value for value in vars(meanings).values() if isinstance(value, Meaning))


def key_table() -> str:
    """What keys mean, and all actions with theirs, as Markdown tables for the documentation."""
    meant = [f"| {keys_label(meaning.keys)} | {meaning.title} |" for meaning in all_meanings()]
    parts = ["\n".join(["### What keys mean", "", "| Keys | Meaning |", "|---|---|", *meant])]
    for title, actions in sections():
        rows = [f"| {keys_label(action.keys) or '–'} | {action.title} | `{action.id}` |" for action in actions]
        if rows:
            parts.append("\n".join([f"### {title}", "", "| Keys | Action | Id |", "|---|---|---|", *rows]))
    return "\n\n".join(parts) + "\n"
