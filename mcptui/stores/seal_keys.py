"""The keys of what clients carry for the gateway, sealed: the first key seals, all of them open."""

from __future__ import annotations

import base64
import logging
import secrets
from pathlib import Path
from typing import Any, Final, Protocol

from mcptui.files import PRIVATE_FILE, replace_file
from mcptui.protocol import jsonrpc
from mcptui.stores.json_file import StateFile

log = logging.getLogger(__name__)

#: Bytes of a key: AES-256.
KEY_SIZE: Final = 32


class SealKeys(Protocol):
    """Where the keys come from; a file, so that what clients carry can be opened after a restart."""

    def load(self) -> tuple[bytes, ...]:
        """The keys, one at least. Called once, at the start; blocking."""
        ...


class MemorySealKeys:
    """A key that ends with the process."""

    def __init__(self) -> None:
        self._keys = (secrets.token_bytes(KEY_SIZE),)

    def load(self) -> tuple[bytes, ...]:
        """The same key every time."""
        return self._keys


class FileSealKeys:
    """Keys in a file that only its owner can read, so that what is sealed outlives a restart.

    Args:
        path: a JSON list of keys in base64; made with one key where there is none.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self) -> tuple[bytes, ...]:
        """The keys of the file; a new one where it has none that can be used."""
        if keys := _keys(StateFile(self._path, list).load()):
            return keys
        fresh = secrets.token_bytes(KEY_SIZE)
        try:
            replace_file(self._path, jsonrpc.encode([base64.b64encode(fresh).decode("ascii")]), mode=PRIVATE_FILE)
        except OSError as error:
            log.warning("%s cannot be written, so what is sealed ends with this process: %s", self._path.name, error)
        return (fresh,)


def _keys(content: Any) -> tuple[bytes, ...]:
    """The keys in ``content``, as far as they are keys."""
    entries = content if isinstance(content, list) else []
    decoded = [_decoded(entry) for entry in entries if isinstance(entry, str)]
    return tuple(key for key in decoded if len(key) == KEY_SIZE)


def _decoded(entry: str) -> bytes:
    try:
        return base64.b64decode(entry, validate=True)
    except ValueError:
        return b""
