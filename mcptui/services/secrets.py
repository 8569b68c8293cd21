"""Secrets by path: set, remove, list with who uses them. Never reads a value out."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mcptui.errors import McptuiError, NotFoundError, RefusedError
from mcptui.secrets.errors import SecretError
from mcptui.secrets.references import references
from mcptui.state.checks import model_texts, server_texts
from mcptui.state.reader import require_revision

if TYPE_CHECKING:
    from mcptui.model import State
    from mcptui.services.workspace import Change, Workspace
    from mcptui.state.statements import KeyPath
    from mcptui.state.store import Rename

# "#" parts long values in keyrings; braces end a reference.
_PATH: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@/-]{0,199}")


@dataclass(frozen=True, slots=True)
class SecretRow:
    """One secret. ``present`` is None where the store cannot tell without asking for every value."""

    path: str
    used_by: tuple[str, ...]
    present: bool | None
    hint: str | None = None


def key_secret_path(key_name: str) -> str:
    """Where a key that is kept for ``mcptui connect`` lies in the secret store."""
    return f"key/{key_name}"


def set_secret(ws: Workspace, path: str, value: str) -> None:
    """Store a secret.

    Raises:
        RefusedError: the path or the value cannot be one.
        SecretError: the store cannot be used.
    """
    require_secret(path, value)
    ws.secrets.set(path, value)
    _tell(ws, path)


def require_secret(path: str, value: str) -> None:
    """Check what is to be kept.

    Raises:
        RefusedError: the path or the value cannot be one.
    """
    if not _PATH.fullmatch(path):
        raise RefusedError(
            f'"{path}" is not a valid secret path',
            hint="Letters, digits and . _ @ / - only, such as server/x/token.",
        )
    if not value:
        raise RefusedError(f"the value of secret {path} is empty")
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise RefusedError(f"the value of secret {path} contains an invalid character")


def save_with_secrets(
    ws: Workspace,
    summary: str,
    edit: Callable[[State], State],
    secrets: Mapping[str, str],
    *,
    expected: str | None = None,
    renames: Sequence[Rename] = (),
    unset: Collection[KeyPath] = (),
) -> Change:
    """A change of the state file whose new references lead to ``secrets``.

    Raises:
        McptuiError: as ``edit``, :func:`set_secret` and :meth:`Workspace.change`.
    """
    if secrets:
        # What will be refused is refused before a secret of the same path is overwritten.
        loaded = ws.load()
        require_revision(loaded, expected)
        edit(loaded.state)
    # Secrets first: a crash in between leaves one that nobody uses, not a reference that leads nowhere.
    before: dict[str, str | None] = {}
    try:
        for path, value in secrets.items():
            before[path] = ws.secrets.get(path)
            set_secret(ws, path, value)
        return ws.change(summary, edit, expected=expected, renames=renames, unset=unset)
    except McptuiError:
        _put_back(ws, before)
        raise


def _put_back(ws: Workspace, before: Mapping[str, str | None]) -> None:
    """Make secrets what they were; a store that fails again keeps what it has."""
    for path, value in before.items():
        with contextlib.suppress(SecretError):
            if value is not None:
                ws.secrets.set(path, value)
            elif ws.secrets.get(path) is not None:
                ws.secrets.delete(path)
            _tell(ws, path)


def remove_secret(ws: Workspace, path: str) -> None:
    """Delete a secret.

    Raises:
        NotFoundError: there is none.
        SecretError: the store cannot be used.
    """
    if ws.secrets.get(path) is None:
        raise NotFoundError(f"no secret {path}", hint="See: mcptui secret list")
    ws.secrets.delete(path)
    _tell(ws, path)


def list_secrets(ws: Workspace) -> list[SecretRow]:
    """Every secret that the state file refers to or the store holds, by path.

    Raises:
        StateError: the state file cannot be used.
    """
    state = ws.load().state
    used = used_secrets(state)
    try:
        names, problem = ws.secrets.names(), None
    except SecretError as error:
        names, problem = None, error.hint or error.message
    if names is None:
        return [SecretRow(path, users, None, problem) for path, users in sorted(used.items())]
    # Nobody sets these by hand: they count where they are there, and are not missing where they are not.
    implied = _logins(state) | {key_secret_path(key): (f"key {key} (mcptui connect)",) for key in state.keys}
    return [_row(path, used.get(path) or implied.get(path, ()), path in names) for path in sorted({*used, *names})]


def used_secrets(state: State) -> dict[str, tuple[str, ...]]:
    """Who refers to which secret: ``{"server/github/auth": ("server github",)}``."""
    used: dict[str, tuple[str, ...]] = {}
    texts = [(f"server {server.name}", text) for server in state.servers.values() for _, text in server_texts(server)]
    texts += [(f"model {model.name}", text) for model in state.models.values() for _, text in model_texts(model)]
    for user, text in texts:
        for reference in references(text):
            users = used.get(reference.path, ())
            if reference.kind == "secret" and user not in users:
                used[reference.path] = (*users, user)
    return used


def _logins(state: State) -> dict[str, tuple[str, ...]]:
    """Where the tokens of logins are stored."""
    servers = [server for server in state.servers.values() if server.auth.keeps_logins]
    keys = (None, *state.keys)
    return {server.login_path(key): (f"login at {server.name}",) for server in servers for key in keys}


def _row(path: str, used_by: tuple[str, ...], present: bool) -> SecretRow:
    hint = None
    if not present:
        hint = f"Set it: mcptui secret set {path}"
    elif not used_by:
        hint = f"Delete it: mcptui secret remove {path}"
    return SecretRow(path, used_by, present, hint)


def _tell(ws: Workspace, path: str) -> None:
    if ws.secret_changed is not None:
        ws.secret_changed(path)
