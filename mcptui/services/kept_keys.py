"""Keys that are kept themselves, by choice: for ``mcptui connect``, which takes its key from the secret store."""

from __future__ import annotations

import hmac
import os
from typing import TYPE_CHECKING

from mcptui.errors import RefusedError
from mcptui.protocol.keys import key_digest
from mcptui.secrets.errors import SecretError
from mcptui.secrets.vault_key import KEY_FILE_VARIABLE, KEY_VARIABLE, variable_in_use
from mcptui.services.checks import require
from mcptui.services.secrets import key_secret_path, set_secret

if TYPE_CHECKING:
    from mcptui.model import Key
    from mcptui.services.workspace import Workspace


def keep_key(ws: Workspace, key_name: str, secret: str) -> None:
    """Keep a key itself in the secret store, so that ``mcptui connect`` finds it.

    Raises:
        NotFoundError: there is no such key.
        RefusedError: ``secret`` is not that key.
        SecretError: the store cannot be used.
    """
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


def variables_for_connect(ws: Workspace) -> dict[str, str]:
    """What ``mcptui connect`` has to find in its environment to open the secrets, without what is a secret itself."""
    variable = _vault_variable(ws)
    if variable != KEY_FILE_VARIABLE:
        return {}
    return {variable: os.path.abspath(os.environ[variable])}  # noqa: PTH100  a name as it was set


def problem_of_connect(ws: Workspace) -> str | None:
    """Why a client that starts ``mcptui connect`` may not reach the secrets, and ways out; None where it will."""
    if _vault_variable(ws) != KEY_VARIABLE:
        return None
    return (
        f"mcptui connect, started by the client, opens the vault with {KEY_VARIABLE}, which is set in "
        f"this shell but may not be set for the client. Write its value to a file and set "
        f"{KEY_FILE_VARIABLE} to that file, or use --reveal, or --via url"
    )


def _vault_variable(ws: Workspace) -> str | None:
    """The variable that the vault's key comes from, where secrets are in the vault and it comes from one."""
    variable = variable_in_use()
    return variable if variable is not None and ws.secret_status().backend == "vault" else None


def require_same_key(key: Key, secret: str) -> None:
    """Refuse a text that is not the key.

    Raises:
        RefusedError: it is not.
    """
    if not _is_key(key, secret):
        raise RefusedError(
            f"that is not the key {key.name}", hint=f"Rotate a lost key with: mcptui key rotate {key.name}"
        )


def _is_key(key: Key, secret: str) -> bool:
    return hmac.compare_digest(key.hash, key_digest(secret.strip()))
