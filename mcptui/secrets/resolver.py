"""Puts values in the place of references, where a connection is opened."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mcptui.secrets.errors import SecretError
from mcptui.secrets.known import KnownSecrets
from mcptui.secrets.recognition import is_harmless, is_secret_name
from mcptui.secrets.references import Reference, references, substitute

if TYPE_CHECKING:
    from mcptui.secrets.store import SecretStore

_FILE_LIMIT: Final = 64 * 1024


class Resolver:
    """Resolves ``${secret:…}`` through a store, once each; ``${env:…}`` and ``${file:…}`` every time.

    Args:
        store: where secrets are.
        secrets: gets what was resolved, so that it is kept out of log, history and errors.
    """

    def __init__(self, store: SecretStore, secrets: KnownSecrets | None = None) -> None:
        self._store = store
        self._secrets = KnownSecrets() if secrets is None else secrets
        self._known: dict[str, str] = {}
        self._generation = 0

    async def resolve(self, text: str) -> str:
        """``text`` with its references replaced.

        Raises:
            SecretError: a reference leads nowhere; names it, the cause and the remedy.
        """
        values = {reference: await self._value(reference) for reference in references(text)}
        return substitute(text, values.__getitem__)

    def forget(self, path: str | None = None) -> None:
        """Read the secret ``path`` (None: every secret) again when it is next needed."""
        self._generation += 1
        if path is None:
            self._known.clear()
        else:
            self._known.pop(path, None)

    async def _value(self, reference: Reference) -> str:
        match reference.kind:
            case "secret":
                return await self._secret(reference)
            case "env":
                value = _environment(reference)
            case "file":
                value = await asyncio.to_thread(_file, reference)
        # A path, a number or an address is no secret, and stands in many texts.
        if value != reference.default and not is_harmless(value):
            is_certain = reference.kind == "file" or is_secret_name(reference.path)
            self._secrets.add(str(reference), value, is_certain=is_certain)
        return value

    async def _secret(self, reference: Reference) -> str:
        path = reference.path
        if path in self._known:
            return self._known[path]
        if not path:
            raise _error(reference, "names no secret", "Write it as ${secret:server/NAME/…}.")
        generation = self._generation
        try:
            value = await asyncio.to_thread(self._store.get, path)
        except SecretError as error:
            raise _error(reference, f"cannot be read: {error.message}", error.hint) from error
        if value is None:
            raise _error(reference, "is not set", f"Set it: mcptui secret set {path}")
        self._secrets.add(str(reference), value)
        if generation == self._generation:
            self._known[path] = value
        return value


def _environment(reference: Reference) -> str:
    value = os.environ.get(reference.path)
    if not value and reference.default is not None:
        return reference.default
    if value is None:
        raise _error(
            reference,
            "is not set in the environment of the gateway",
            f"Set {reference.path} where the gateway is started, then restart it; or give it a default: "
            f"${{env:{reference.path}:-…}}.",
        )
    return value


def _file(reference: Reference) -> str:
    # Unlike Path.expanduser, this leaves an unknown ~user as it is.
    path = Path(os.path.expanduser(reference.path))  # noqa: PTH111
    if not path.is_absolute():
        raise _error(reference, "is not an absolute path", "Start it with / or ~.")
    try:
        if not path.is_file():
            raise _error(reference, "is not a file", "Create it, or change the reference.")
        with path.open("rb") as file:
            content = file.read(_FILE_LIMIT + 1)
        if len(content) > _FILE_LIMIT:
            raise _error(reference, "is too long for a secret", None)
        # Editors and `echo` end a file with a newline that nobody means to send.
        return content.decode("utf-8").rstrip("\r\n")
    except OSError as error:
        raise _error(reference, f"cannot be read: {error.strerror}", "Check its permissions.") from error
    except UnicodeDecodeError as error:
        raise _error(reference, "is not UTF-8 text", None) from error


def _error(reference: Reference, cause: str, hint: str | None) -> SecretError:
    return SecretError(f"{reference} {cause}", hint=hint, reference=str(reference))
