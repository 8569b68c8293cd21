"""Keys that are kept themselves, by choice: for ``mcptui connect``, which takes its key from the secret store."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from mcptui.errors import RefusedError
from mcptui.protocol.keys import key_digest
from mcptui.secrets.errors import SecretError
from mcptui.services.checks import require

if TYPE_CHECKING:
    from mcptui.model import Key
    from mcptui.services.workspace import Workspace


def key_secret_path(key_name: str) -> str:
    """Where a key that is kept for ``mcptui connect`` lies in the secret store."""
    return f"key/{key_name}"


def keep_key(ws: Workspace, key_name: str, secret: str) -> None:
    """Keep a key itself in the secret store, so that ``mcptui connect`` finds it.

    Raises:
        NotFoundError: there is no such key.
        RefusedError: ``secret`` is not that key.
        SecretError: the store cannot be used.
    """
    from mcptui.services.secrets import set_secret

    require_same_key(require(ws.load().state.keys, "key", key_name), secret)
    set_secret(ws, key_secret_path(key_name), secret)


def kept_key(ws: Workspace, key_name: str) -> str | None:
    """The key itself, where it was kept and is still valid."""
    key = require(ws.load().state.keys, "key", key_name)
    try:
        secret = ws.secrets.get(key_secret_path(key_name))
    except SecretError:
        return None
    return secret if secret is not None and _is_key(key, secret) else None


def require_same_key(key: Key, secret: str) -> None:
    """Refuse a text that is not the key.

    Raises:
        RefusedError: it is not.
    """
    if not _is_key(key, secret):
        raise RefusedError(
            f"that is not the key {key.name}", hint=f"A lost key is replaced with: mcptui key rotate {key.name}"
        )


def _is_key(key: Key, secret: str) -> bool:
    return hmac.compare_digest(key.hash, key_digest(secret.strip()))
