"""Secrets of what was deleted: they stay while that can be undone, and go afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mcptui.secrets.references import references
from mcptui.services.kept_keys import key_secret_path
from mcptui.services.secrets import remove_secret, used_secrets
from mcptui.state.checks import model_texts, server_texts

if TYPE_CHECKING:
    from mcptui.model import State
    from mcptui.services.workspace import Change, Workspace


def forget_orphaned_secrets(ws: Workspace, change: Change) -> tuple[str, ...]:
    """Remove the secrets of servers, models and keys that ``change`` deleted; the paths of those there were.

    Only what was theirs alone: a secret under another path, or one that something still uses, stays.

    Raises:
        SecretError: the store cannot be used.
        StateError: the file cannot be used.
    """
    now = ws.load().state
    used = used_secrets(now)
    # Deleted by this change, and not back since. What a later change deleted is that one's.
    gone = {*_own_paths(change.before.state, now)}
    paths = [path for path in _own_paths(change.before.state, change.after.state) if path in gone and path not in used]
    found = tuple(path for path in dict.fromkeys(paths) if ws.secrets.get(path) is not None)
    for path in found:
        remove_secret(ws, path)
    return found


def _own_paths(before: State, now: State) -> Iterator[str]:
    """Where what ``before`` has and ``now`` lacks keeps secrets of its own."""
    for name, server in before.servers.items():
        if name not in now.servers:
            yield from _referred(f"server/{name}/", *(text for _, text in server_texts(server)))
            yield from server.login_paths(before.keys)
        elif server.auth.has_own_logins:
            yield from (server.login_path(key) for key in before.keys if key not in now.keys)
    for name, model in before.models.items():
        if name not in now.models:
            yield from _referred(f"model/{name}/", *(text for _, text in model_texts(model)))
    yield from (key_secret_path(name) for name in before.keys if name not in now.keys)


def _referred(prefix: str, *texts: str) -> Iterator[str]:
    for text in texts:
        for reference in references(text):
            if reference.kind == "secret" and reference.path.startswith(prefix):
                yield reference.path
