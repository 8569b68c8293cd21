"""Chooses the place for secrets. Cheap to import and to call: keyring and vault load with the first use."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, Protocol

from mcptui.model.runtime import SecretStatus
from mcptui.secrets.errors import SecretError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from mcptui.model import SecretSettings
    from mcptui.secrets.store import SecretStore
    from mcptui.secrets.vault import VaultStore


class SecretPlaces(Protocol):
    """What is needed of :class:`mcptui.state.paths.Paths`."""

    @property
    def keyring_service(self) -> str:
        """Under which name the keyring holds secrets of this home."""
        ...

    @property
    def vault_file(self) -> Path:
        """Where the vault is, or would be."""
        ...


def open_store(settings: SecretSettings, paths: SecretPlaces, environment: Mapping[str, str] = os.environ) -> LazyStore:
    """The store that ``settings`` names; its status says so where nothing is usable.

    Args:
        settings: those of the state file.
        paths: those of the home.
        environment: has the variables that say where the vault's key is.
    """
    return LazyStore(settings, paths, environment)


class LazyStore:
    """Chooses on first use; looks again after a use that found nothing usable."""

    def __init__(self, settings: SecretSettings, paths: SecretPlaces, environment: Mapping[str, str]) -> None:
        self._settings = settings
        self._environment = environment
        self._paths = paths
        self._chosen: SecretStore | None = None
        self._choosing = threading.Lock()

    def get(self, path: str) -> str | None:
        return self._store().get(path)

    def set(self, path: str, value: str) -> None:
        self._store().set(path, value)

    def delete(self, path: str) -> None:
        self._store().delete(path)

    def names(self) -> list[str] | None:
        return self._store().names()

    def status(self) -> SecretStatus:
        return self._store().status()

    def use(self, settings: SecretSettings) -> None:
        """Choose anew, by other settings, with the next use."""
        with self._choosing:
            self._settings = settings
            self._chosen = None

    def _store(self) -> SecretStore:
        with self._choosing:
            if self._chosen is None:
                chosen = self._choose()
                if isinstance(chosen, _NoStore):
                    return chosen
                self._chosen = chosen
            return self._chosen

    def _choose(self) -> SecretStore:
        if self._settings.backend == "vault":
            return self._vault()
        # A vault exists only where the keyring did not work once: secrets stay in one place, also
        # when a later session on this machine has a keyring.
        if self._settings.backend == "auto" and self._paths.vault_file.exists():
            return self._vault()
        from mcptui.secrets.keyring_store import KeyringStore

        keyring = KeyringStore(self._paths.keyring_service)
        if self._settings.backend == "keyring":
            return keyring
        status = keyring.status()
        if status.state != "unavailable":
            return keyring
        vault = self._vault()
        return vault if vault.can_open else _NoStore(status)

    def _vault(self) -> VaultStore:
        from mcptui.secrets.vault import VaultStore

        return VaultStore(
            self._paths.vault_file, key_file_consent=self._settings.key_file_consent, environment=self._environment
        )


class _NoStore:
    """Neither keyring nor vault."""

    def __init__(self, keyring: SecretStatus) -> None:
        self._keyring = keyring

    def get(self, path: str) -> str | None:
        raise self._error(path)

    def set(self, path: str, value: str) -> None:
        raise self._error(path)

    def delete(self, path: str) -> None:
        raise self._error(path)

    def names(self) -> None:
        return None

    def status(self) -> SecretStatus:
        error = self._error(None)
        return SecretStatus(backend="none", state="unavailable", detail=error.message, hint=error.hint)

    def _error(self, path: str | None) -> SecretError:
        return SecretError(
            f"there is no place for secrets: {self._keyring.detail}",
            hint="Use the vault: mcptui secret backend vault --key-file (its key is then a file beside it), "
            "or set MCPTUI_VAULT_KEY.",
            reference=path,
        )
