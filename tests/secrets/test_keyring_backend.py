"""Which keyring is chosen: only those that neither ask on a terminal nor write plain text."""

from __future__ import annotations

import importlib
import sys
from types import SimpleNamespace
from typing import Any

import keyring.errors
import pytest
from keyring.backend import KeyringBackend

from mcptui.secrets import keyring_backend as module
from mcptui.secrets.keyring_backend import Backend, backend_errors, find_backend


def keyring_of(priority: float, viable: bool = True) -> type:
    """A class of keyrings, as keyring's modules have them."""
    return type("Keyring", (), {"viable": viable, "priority": priority})


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The modules of keyring by their name; what is asked for and is not there is no keyring that works."""
    modules: dict[str, Any] = {}

    def load(name: str) -> Any:
        found = modules.get(name, keyring_of(0, viable=False))
        return SimpleNamespace(Keyring=found, DBusKeyring=found)

    monkeypatch.setattr(importlib, "import_module", load)
    monkeypatch.delenv("PYTHON_KEYRING_BACKEND", raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    return modules


SECRET_SERVICE, KWALLET, LIBSECRET = (f"keyring.backends.{name}" for name in ("SecretService", "kwallet", "libsecret"))


@pytest.mark.parametrize(
    ("modules", "label"),
    [
        ({}, None),
        ({SECRET_SERVICE: keyring_of(5)}, "Secret Service"),
        ({SECRET_SERVICE: keyring_of(5), KWALLET: keyring_of(5.1)}, "KWallet"),
        ({SECRET_SERVICE: keyring_of(5), LIBSECRET: keyring_of(4.8)}, "Secret Service"),
        ({SECRET_SERVICE: keyring_of(5, viable=False), LIBSECRET: keyring_of(4.8)}, "libsecret"),
        ({"keyrings.alt.file": keyring_of(99), "keyring.backends.chainer": keyring_of(10)}, None),
    ],
)
def test_of_the_known_ones_the_one_with_the_highest_priority(
    installed: dict[str, Any], modules: dict[str, Any], label: str | None
) -> None:
    installed.update(modules)
    found = find_backend()
    assert (found and found.label) == label


def test_a_mac_has_one(installed: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    installed |= {"keyring.backends.macOS": keyring_of(5), SECRET_SERVICE: keyring_of(9)}
    found = find_backend()
    assert found is not None
    assert found.label == "macOS Keychain"


@pytest.mark.parametrize(
    ("value", "is_off"),
    [
        ("keyring.backends.null.Keyring", True),
        ("keyring.backends.fail.Keyring", True),
        ("keyring.backends.SecretService.Keyring", False),
        ("", False),
    ],
)
def test_a_person_can_switch_keyrings_off(
    installed: dict[str, Any], monkeypatch: pytest.MonkeyPatch, value: str, is_off: bool
) -> None:
    installed[SECRET_SERVICE] = keyring_of(5)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", value)
    assert (find_backend() is None) is is_off


class Other(KeyringBackend):
    """A keyring that tells nothing of itself."""

    priority = 1

    def get_password(self, service: str, username: str) -> str | None:
        raise NotImplementedError

    def set_password(self, service: str, username: str, password: str) -> None:
        raise NotImplementedError

    def delete_password(self, service: str, username: str) -> None:
        raise NotImplementedError


def other() -> KeyringBackend:
    made: KeyringBackend = Other()  # type: ignore[no-untyped-call]
    return made


def test_a_keyring_that_tells_nothing_is_taken_for_open_and_cannot_list() -> None:
    backend = Backend(other(), "x")
    assert (backend.lock(), backend.names("mcptui")) == ("ok", None)


def test_the_secret_service_tells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Other, "__module__", SECRET_SERVICE)
    monkeypatch.setattr(module, "_secret_service_lock", lambda: "locked")
    monkeypatch.setattr(module, "_secret_service_names", lambda service: [f"{service}/a"])
    backend = Backend(other(), "Secret Service")
    assert (backend.lock(), backend.names("mcptui")) == ("locked", ["mcptui/a"])


def test_what_backends_raise() -> None:
    errors = backend_errors()
    for error in (keyring.errors.PasswordSetError(), OSError(), RuntimeError()):
        assert isinstance(error, errors)
    assert not isinstance(ValueError(), errors)
    if sys.platform != "darwin":
        import secretstorage

        assert isinstance(secretstorage.LockedException(), errors)
