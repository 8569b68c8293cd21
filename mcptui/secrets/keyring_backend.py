"""Chooses the OS keyring."""

from __future__ import annotations

import importlib
import os
import sys
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import keyring.errors

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

#: ok · locked: asking would open a dialog · missing: there is no keyring in the service yet.
Lock: TypeAlias = Literal["ok", "locked", "missing"]

_FREEDESKTOP: Final = "keyring.backends.SecretService"
# keyring's own choice may be a plug-in that writes plaintext or asks on the terminal, or a chain of
# several; only these are known to be safe in a process without a terminal.
_MAC: Final = {"keyring.backends.macOS": ("Keyring", "macOS Keychain")}
_LINUX: Final = {
    _FREEDESKTOP: ("Keyring", "Secret Service"),
    "keyring.backends.kwallet": ("DBusKeyring", "KWallet"),
    "keyring.backends.libsecret": ("Keyring", "libsecret"),
}


@dataclass(frozen=True, slots=True)
class Backend:
    """The keyring in use, with the name that people know it by."""

    keyring: KeyringBackend
    label: str

    def lock(self) -> Lock:
        """Whether entries can be read without a dialog, as far as the keyring tells."""
        if type(self.keyring).__module__ != _FREEDESKTOP:
            return "ok"
        return _secret_service_lock()

    def names(self, service: str) -> list[str] | None:
        """All accounts of ``service``, or None where the keyring cannot list them."""
        if type(self.keyring).__module__ != _FREEDESKTOP:
            return None
        return _secret_service_names(service)


def find_backend() -> Backend | None:
    """The known keyring with the highest priority that works here, or None."""
    if os.environ.get("PYTHON_KEYRING_BACKEND", "").rpartition(".")[0] in {
        "keyring.backends.null",
        "keyring.backends.fail",
    }:
        return None  # the user switched keyrings off
    found: list[tuple[float, Backend]] = []
    for module, (name, label) in (_MAC if sys.platform == "darwin" else _LINUX).items():
        cls = getattr(importlib.import_module(module), name)
        if cls.viable:
            found.append((cls.priority, Backend(cls(), label)))
    return max(found, key=lambda item: item[0])[1] if found else None


def backend_errors() -> tuple[type[Exception], ...]:
    """What calls into the backends raise; libraries below keyring let their own errors through."""
    errors: list[type[Exception]] = [keyring.errors.KeyringError, OSError, RuntimeError]
    if sys.platform != "darwin":
        import jeepney
        import secretstorage

        errors += [secretstorage.SecretStorageException, jeepney.DBusErrorResponse]
    return tuple(errors)


def _secret_service_lock() -> Lock:
    import secretstorage

    with closing(secretstorage.dbus_init()) as connection:
        # Not get_default_collection: that one makes a keyring where none is, with a dialog.
        try:
            collection = secretstorage.get_collection_by_alias(connection, "default")
        except secretstorage.ItemNotFoundException:
            return "missing"
        return "locked" if collection.is_locked() else "ok"


def _secret_service_names(service: str) -> list[str]:
    import secretstorage

    with closing(secretstorage.dbus_init()) as connection:
        collection = secretstorage.get_collection_by_alias(connection, "default")
        found = (item.get_attributes() for item in collection.search_items({"service": service}))
        return sorted(attributes["username"] for attributes in found if "username" in attributes)
