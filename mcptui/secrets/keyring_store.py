"""Secrets in the OS keyring, one entry each. Imports keyring: import this module only on first use."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final, TypeVar

import keyring.errors

from mcptui.model.runtime import SecretStatus
from mcptui.secrets import chunks
from mcptui.secrets.errors import SecretError
from mcptui.secrets.keyring_backend import Backend, backend_errors, find_backend
from mcptui.secrets.serial import SerialCalls

if TYPE_CHECKING:
    from collections.abc import Callable

_DEADLINE: Final = 5.0
_VAULT_HINT: Final = 'Use the vault instead: backend = "vault" in [secrets] of mcptui.toml.'

T = TypeVar("T")


class KeyringStore:
    """The OS keyring: calls one at a time, bounded in time, never with a dialog where that can be known."""

    def __init__(
        self,
        service: str = "mcptui",
        *,
        find: Callable[[], Backend | None] = find_backend,
        deadline: float = _DEADLINE,
    ) -> None:
        self._service = service
        self._find = find
        self._backend: Backend | None = None
        self._calls = SerialCalls(deadline)
        # A value of several parts must not be written by two threads at once.
        self._whole = threading.RLock()

    def get(self, path: str) -> str | None:
        """The value, or None where there is none."""
        with self._whole:
            value, complete = self._read(path)
            if not complete:
                # Another process may have been writing the parts.
                value, complete = self._read(path)
        if not complete:
            raise SecretError(
                f"secret {path} is incomplete in the keyring",
                hint=f"Set it again: mcptui secret set {path}",
                reference=path,
            )
        return value

    def set(self, path: str, value: str) -> None:
        """Keep ``value`` under ``path``; an equal one is left alone, because macOS asks after each write."""
        with self._whole:
            before = self._password(path)
            head, parts = chunks.split(value)
            if before == head and self._read(path) == (value, True):
                return
            for number, part in enumerate(parts, 1):
                self._write(chunks.part_name(path, number), part)
            self._write(path, head)
            for number in range(len(parts) + 1, chunks.part_count(before) + 1):
                self._remove(chunks.part_name(path, number))
            if self._read(path) != (value, True):
                raise SecretError(f"the keyring did not keep secret {path}", hint=_VAULT_HINT, reference=path)

    def delete(self, path: str) -> None:
        """Forget ``path``; nothing happens where there is none."""
        with self._whole:
            head = self._password(path)
            self._remove(path)
            for number in range(1, chunks.part_count(head) + 1):
                self._remove(chunks.part_name(path, number))

    def names(self) -> list[str] | None:
        """All paths, or None where the keyring cannot list them."""
        names = self._call(lambda backend: backend.names(self._service))
        return None if names is None else [name for name in names if "#" not in name]

    def status(self) -> SecretStatus:
        """Whether the keyring works; never prompts."""
        try:
            label = self._call(lambda backend: backend.label)
        except KeyringLockedError as error:
            return SecretStatus(backend="keyring", state="locked", detail=error.message, hint=error.hint)
        except SecretError as error:
            return SecretStatus(backend="keyring", state="unavailable", detail=error.message, hint=error.hint)
        return SecretStatus(backend="keyring", state="ok", detail=label)

    def _read(self, path: str) -> tuple[str | None, bool]:
        """The value, and whether all its parts were there."""
        head = self._password(path)
        if head is None:
            return None, True
        parts = [self._password(chunks.part_name(path, number)) for number in range(1, chunks.part_count(head) + 1)]
        value = chunks.join(head, parts)
        return value, value is not None

    def _password(self, account: str) -> str | None:
        return self._call(lambda backend: backend.keyring.get_password(self._service, account))

    def _write(self, account: str, value: str) -> None:
        self._call(lambda backend: backend.keyring.set_password(self._service, account, value))

    def _remove(self, account: str) -> None:
        def remove(backend: Backend) -> None:
            # Deleting what is not there is an error of every backend, told apart by none.
            if backend.keyring.get_password(self._service, account) is not None:
                backend.keyring.delete_password(self._service, account)

        self._call(remove)

    def _call(self, use: Callable[[Backend], T]) -> T:
        try:
            return self._calls.run(lambda: self._attempt(use))
        except TimeoutError as error:
            raise SecretError(
                "the keyring does not answer; it may be waiting for you to allow access",
                hint="Answer its dialog, then try again. " + _VAULT_HINT,
            ) from error

    def _attempt(self, use: Callable[[Backend], T]) -> T:
        """In the thread of the call; errors of keyring and of the libraries below it end here."""
        errors = backend_errors()
        try:
            backend = self._ready_backend()
            try:
                return use(backend)
            except errors as error:
                if _is_locked(error):
                    raise
                # Items vanish under concurrent use of Secret Service; a second look finds them.
                return use(backend)
        except errors as error:
            if _is_locked(error):
                raise KeyringLockedError() from error
            # Texts of foreign errors are not repeated: they may quote what was to be stored.
            raise SecretError(f"the keyring failed ({type(error).__name__})", hint=_VAULT_HINT) from error

    def _ready_backend(self) -> Backend:
        if self._backend is None:
            self._backend = self._find()
        if self._backend is None:
            raise SecretError("there is no keyring on this machine", hint=_VAULT_HINT)
        match self._backend.lock():
            case "locked":
                raise KeyringLockedError()
            case "missing":
                raise SecretError(
                    f"{self._backend.label} has no default keyring yet",
                    hint="Create one in your desktop's password manager. " + _VAULT_HINT,
                )
            case "ok":
                return self._backend


class KeyringLockedError(SecretError):
    """The keyring is there, and locked."""

    def __init__(self) -> None:
        super().__init__(
            "the keyring is locked",
            hint="Unlock it in your desktop's password manager, then try again. " + _VAULT_HINT,
        )


def _is_locked(error: Exception) -> bool:

    return isinstance(error, keyring.errors.KeyringLocked)
