"""Secrets in an encrypted file, for machines without a usable keyring.

An envelope: a random data key encrypts every entry, and a key from outside wraps the data key. Another
outside key means 32 bytes to wrap again and no entry to touch. Each entry is bound to its path, so one
entry cannot be put in another's place.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from filelock import FileLock, Timeout

from mcptui.files import PRIVATE_FILE, make_private_directory, replace_file
from mcptui.model.runtime import SecretStatus
from mcptui.secrets.errors import SecretError
from mcptui.secrets.vault_key import KEY_FILE_VARIABLE, KEY_VARIABLE, KeyFile, make_key_file, vault_key

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

_VERSION: Final = 1
_NONCE_SIZE: Final = 12
_LOCK_TIMEOUT: Final = 2.0
_NO_KEY_HINT: Final = (
    f"Agree to a key file beside the vault: mcptui secret backend vault --key-file, "
    f"or set {KEY_VARIABLE} or {KEY_FILE_VARIABLE}."
)


class VaultStore:
    """The vault file. Every call reads the file, so a change by another process is seen at once."""

    def __init__(
        self, file: Path, *, key_file_consent: bool = False, environment: Mapping[str, str] = os.environ
    ) -> None:
        self._file = file
        self._environment = environment
        self._key_file = KeyFile(file.with_name("vault.key"), key_file_consent)

    @property
    def can_open(self) -> bool:
        """Whether there is a key, or the permission to make one."""
        return self._key_file.consent or vault_key(self._key_file, self._environment) is not None

    def get(self, path: str) -> str | None:
        """The value, or None where there is none."""
        vault = self._load()
        return None if vault is None else vault.open(path)

    def set(self, path: str, value: str) -> None:
        """Keep ``value`` under ``path``."""

        def change(vault: _Vault) -> bool:
            vault.seal(path, value)
            return True

        self._change(change)
        if self.get(path) != value:
            raise SecretError(f"the vault did not keep secret {path}", reference=path)

    def delete(self, path: str) -> None:
        """Forget ``path``; nothing happens where there is none."""
        if self._file.exists():
            self._change(lambda vault: vault.entries.pop(path, None) is not None)

    def names(self) -> list[str]:
        """All paths."""
        vault = self._load()
        return [] if vault is None else sorted(vault.entries)

    def status(self) -> SecretStatus:
        """Whether the vault can be opened."""
        try:
            self._load()
            usable = self.can_open
        except SecretError as error:
            return SecretStatus(backend="vault", state="locked", detail=error.message, hint=error.hint)
        if not usable:
            detail = "there is no key for the vault"
            return SecretStatus(backend="vault", state="unavailable", detail=detail, hint=_NO_KEY_HINT)
        return SecretStatus(backend="vault", state="ok", detail=str(self._file))

    def _load(self) -> _Vault | None:
        """The opened vault, or None before the first secret."""
        try:
            content = self._file.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise SecretError(f"{self._file} cannot be read: {error.strerror}") from error
        key = vault_key(self._key_file, self._environment)
        if key is None:
            raise SecretError("there is no key for the vault", hint=_NO_KEY_HINT)
        return _Vault.parse(content, key, str(self._file))

    def _change(self, change: Callable[[_Vault], bool]) -> None:
        try:
            make_private_directory(self._file.parent)
            with FileLock(self._file.with_name("vault.lock"), timeout=_LOCK_TIMEOUT, mode=PRIVATE_FILE):
                vault = self._load() or self._new()
                if change(vault):
                    replace_file(self._file, vault.dump(), mode=PRIVATE_FILE)
        except Timeout as error:
            raise SecretError("another mcptui is writing to the vault", hint="Try again.") from error
        except OSError as error:
            raise SecretError(
                f"{self._file} cannot be written: {error.strerror}", hint="The vault is unchanged."
            ) from error

    def _new(self) -> _Vault:
        key = vault_key(self._key_file, self._environment)
        if key is None:
            if not self._key_file.consent:
                raise SecretError("there is no key for the vault", hint=_NO_KEY_HINT)
            key = make_key_file(self._key_file)
        data_key = secrets.token_bytes(32)
        return _Vault(_encrypt(key, data_key, "data key"), data_key, {})


@dataclass(slots=True, repr=False)
class _Vault:
    """The file, opened: entries stay encrypted until one is asked for."""

    wrapped: str
    data_key: bytes = field(repr=False)
    entries: dict[str, str]

    @classmethod
    def parse(cls, content: bytes, key: bytes, source: str) -> _Vault:
        damaged = SecretError(f"{source} is damaged", hint="Put a backup in its place, or remove it.")
        try:
            found: Any = json.loads(content)
            version, wrapped, entries = found["version"], found["key"], found["entries"]
        except (ValueError, KeyError, TypeError) as error:
            raise damaged from error
        if version != _VERSION:
            raise SecretError(f"{source} was written by another version of mcptui")
        if not isinstance(wrapped, str) or not isinstance(entries, dict):
            raise damaged
        try:
            data_key = _decrypt(key, wrapped, "data key")
        except InvalidTag as error:
            raise SecretError(
                "the key does not fit the vault",
                hint=f"Use the key that the vault was made with ({KEY_VARIABLE}, {KEY_FILE_VARIABLE} or vault.key).",
            ) from error
        except ValueError as error:
            raise damaged from error
        return cls(wrapped, data_key, entries)

    def open(self, path: str) -> str | None:
        sealed = self.entries.get(path)
        if sealed is None:
            return None
        try:
            return _decrypt(self.data_key, sealed, f"entry {path}").decode("utf-8")
        except (InvalidTag, ValueError, AttributeError) as error:
            raise SecretError(
                f"secret {path} is damaged in the vault",
                hint=f"Set it again: mcptui secret set {path}",
                reference=path,
            ) from error

    def seal(self, path: str, value: str) -> None:
        self.entries[path] = _encrypt(self.data_key, value.encode("utf-8"), f"entry {path}")

    def dump(self) -> bytes:
        content = {"version": _VERSION, "key": self.wrapped, "entries": self.entries}
        return json.dumps(content, indent=1).encode("utf-8")


def _bound_to(purpose: str) -> bytes:
    return f"mcptui vault {_VERSION} {purpose}".encode()


def _encrypt(key: bytes, plain: bytes, purpose: str) -> str:
    nonce = secrets.token_bytes(_NONCE_SIZE)
    sealed = nonce + ChaCha20Poly1305(key).encrypt(nonce, plain, _bound_to(purpose))
    return base64.b64encode(sealed).decode("ascii")


def _decrypt(key: bytes, text: str, purpose: str) -> bytes:
    """Raises ValueError for what cannot be a sealed value, InvalidTag for a wrong key or a changed value."""
    try:
        sealed = base64.b64decode(text, validate=True)
    except (ValueError, TypeError) as error:
        raise ValueError("not base64") from error
    nonce, data = sealed[:_NONCE_SIZE], sealed[_NONCE_SIZE:]
    if len(data) < 16:
        raise ValueError("too short")
    return ChaCha20Poly1305(key).decrypt(nonce, data, _bound_to(purpose))
