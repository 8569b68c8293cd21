"""Gateway keys: made and shown once, rotated, revoked. Only hashes are kept."""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from mcptui.errors import RefusedError
from mcptui.model import Key
from mcptui.protocol.keys import KEY_PREFIX, key_digest
from mcptui.services.checks import require
from mcptui.services.subjects import create_subject, remove_subject

if TYPE_CHECKING:
    from collections.abc import Callable

    from mcptui.model import State
    from mcptui.services.workspace import Change, Workspace


@dataclass(frozen=True, slots=True)
class CreatedKey:
    """A new key: ``secret`` is what the client sends, shown now and kept nowhere."""

    key: Key
    secret: str = field(repr=False)
    change: Change


def create_key(ws: Workspace, /, name: str, **settings: Any) -> CreatedKey:
    """Make a key with these settings of :class:`Key`; it belongs to at most one of user, team and org.

    Raises:
        RefusedError: the name is bad or taken, there are several parents, or it would be expired already.
        NotFoundError: it names a parent, a server or a model that does not exist.
        StateError: the file cannot be used, or one of ``networks`` is none.
    """
    key, secret = new_key(name, **settings)
    if key.expires is not None and key.expires <= _now():
        raise RefusedError(f"the key would have expired on {key.expires:%Y-%m-%d %H:%M}", hint="Choose a later time.")
    return CreatedKey(key, secret, create_subject(ws, key))


def new_key(name: str, **settings: Any) -> tuple[Key, str]:
    """A key that is not saved yet, and the key itself."""
    secret = _new_secret()
    return Key(name=name, hash=key_digest(secret), hint=_hint(secret), created=_now(), **settings), secret


def rotate_key(ws: Workspace, name: str, *, overlap: timedelta = timedelta(0)) -> CreatedKey:
    """Replace a key by a new one; the old one works for ``overlap`` longer.

    Raises:
        NotFoundError: there is no such key.
        StateError: the file cannot be used.
    """
    now = _now()
    secret = _new_secret()

    def rotated(key: Key) -> Key:
        overlaps = overlap > timedelta(0)
        return replace(
            key,
            hash=key_digest(secret),
            hint=_hint(secret),
            created=now,
            previous_hash=key.hash if overlaps else None,
            previous_expires=now + overlap if overlaps else None,
        )

    change = _change_key(ws, name, rotated, f"Key {name} rotated")
    return CreatedKey(change.after.state.keys[name], secret, change)


def revoke_key(ws: Workspace, name: str) -> Change:
    """Make a key, and an earlier one that still overlaps, stop working; it stays in the file.

    Raises:
        NotFoundError: there is no such key.
        StateError: the file cannot be used.
    """

    def revoked(key: Key) -> Key:
        return replace(key, enabled=False, previous_hash=None, previous_expires=None)

    return _change_key(ws, name, revoked, f"Key {name} revoked")


def set_key_enabled(ws: Workspace, name: str, enabled: bool) -> Change:
    """Switch a key on or off.

    Raises:
        NotFoundError: there is no such key.
        StateError: the file cannot be used.
    """
    summary = f"Key {name} {'enabled' if enabled else 'disabled'}"
    return _change_key(ws, name, lambda key: replace(key, enabled=enabled), summary)


def remove_key(ws: Workspace, name: str) -> Change:
    """Remove a key.

    Raises:
        NotFoundError: there is no such key.
        StateError: the file cannot be used.
    """
    return remove_subject(ws, "key", name)


def _change_key(ws: Workspace, name: str, change: Callable[[Key], Key], summary: str) -> Change:
    def edit(state: State) -> State:
        key = require(state.keys, "key", name)
        return replace(state, keys={**state.keys, name: change(key)})

    return ws.change(summary, edit)


def _new_secret() -> str:
    return KEY_PREFIX + base64.urlsafe_b64encode(secrets.token_bytes(32)).decode("ascii").rstrip("=")


def _hint(secret: str) -> str:
    return f"{KEY_PREFIX}…{secret[-4:]}"


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
