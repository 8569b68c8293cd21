"""Secrets that a change left without use: they stay while it can be undone, and are deleted then."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mcptui.secrets.references import references
from mcptui.services.secrets import key_secret_path, remove_secret, used_secrets
from mcptui.state.checks import model_texts, server_texts

if TYPE_CHECKING:
    from mcptui.model import State
    from mcptui.services.workspace import Change, Workspace


def forget_orphaned_secrets(ws: Workspace, change: Change) -> tuple[str, ...]:
    """Remove the secrets that servers, models and keys have no use for since ``change``; the paths of those there were.

    What is deleted takes all of its own along; another kind of sign-in, or a setting that is emptied, those of before.
    A secret under another path, or one that something still uses, stays.

    Raises:
        SecretError: the store cannot be used.
        StateError: the file cannot be used.
    """
    now = ws.load().state
    # Not back since. What a later change left is that one's.
    kept = {*used_secrets(now), *_own_paths(now), *_own_paths(change.after.state)}
    paths = [path for path in dict.fromkeys(_own_paths(change.before.state)) if path not in kept]
    found = tuple(path for path in paths if ws.secrets.get(path) is not None)
    for path in found:
        remove_secret(ws, path)
    return found


def _own_paths(state: State) -> Iterator[str]:
    """Where what ``state`` has keeps secrets of its own."""
    for name, server in state.servers.items():
        yield from _referred(f"server/{name}/", *(text for _, text in server_texts(server)))
        yield from server.login_paths(state.keys)
    for name, model in state.models.items():
        yield from _referred(f"model/{name}/", *(text for _, text in model_texts(model)))
    yield from map(key_secret_path, state.keys)


def _referred(prefix: str, *texts: str) -> Iterator[str]:
    for text in texts:
        for reference in references(text):
            if reference.kind == "secret" and reference.path.startswith(prefix):
                yield reference.path
