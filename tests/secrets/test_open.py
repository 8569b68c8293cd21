from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from mcptui.model import SecretSettings
from mcptui.secrets.errors import SecretError
from mcptui.secrets.open import open_store
from mcptui.secrets.vault import VaultStore


@dataclass(frozen=True)
class Place:
    vault_file: Path
    keyring_service: str = "mcptui test"


@pytest.fixture(autouse=True)
def no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    monkeypatch.delenv("MCPTUI_VAULT_KEY", raising=False)
    monkeypatch.delenv("MCPTUI_VAULT_KEY_FILE", raising=False)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path / "vault.json")


def test_nothing_usable_says_what_to_do(place: Place) -> None:
    store = open_store(SecretSettings(), place)
    status = store.status()
    assert (status.backend, status.state) == ("none", "unavailable")
    assert "secret backend vault --key-file" in (status.hint or "")
    assert store.names() is None
    with pytest.raises(SecretError, match="no place for secrets"):
        store.get("a")
    with pytest.raises(SecretError, match="no place for secrets"):
        store.set("a", "x")
    with pytest.raises(SecretError, match="no place for secrets"):
        store.delete("a")
    assert not place.vault_file.exists()


def test_vault_after_consent(place: Place) -> None:
    store = open_store(SecretSettings(key_file_consent=True), place)
    assert store.status().backend == "vault"
    store.set("a", "x")
    assert store.get("a") == "x"
    assert store.names() == ["a"]
    store.delete("a")
    assert store.get("a") is None


def test_key_that_appears_later_is_found(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    store = open_store(SecretSettings(), place)
    assert store.status().state == "unavailable"
    monkeypatch.setenv("MCPTUI_VAULT_KEY", "A" * 43)
    assert store.status().backend == "vault"


def test_existing_vault_is_used_although_a_keyring_would_work(place: Place) -> None:
    VaultStore(place.vault_file, key_file_consent=True).set("a", "x")
    assert open_store(SecretSettings(key_file_consent=True), place).get("a") == "x"
    assert open_store(SecretSettings(backend="keyring"), place).status().backend == "keyring"


def test_vault_by_choice(place: Place) -> None:
    assert open_store(SecretSettings(backend="vault"), place).status().backend == "vault"


def test_opening_loads_neither_keyring_nor_cryptography(tmp_path: Path) -> None:
    program = """
import sys
from pathlib import Path
from types import SimpleNamespace
from mcptui.model import SecretSettings
from mcptui.secrets.open import open_store
from mcptui.secrets.resolver import Resolver
Resolver(open_store(SecretSettings(), SimpleNamespace(vault_file=Path("x"), keyring_service="x")))
print(sorted({"keyring", "cryptography", "tomlkit"} & set(sys.modules)))
"""
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


@pytest.mark.secretservice
def test_keyring_is_chosen_where_one_works(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    if "MCPTUI_TEST_KEYRING" not in os.environ:
        pytest.skip("run through .ci/with-keyring, which keeps the user's own keyring out of it")
    assert open_store(SecretSettings(), place).status().backend == "keyring"


def test_other_settings_take_effect_with_the_next_use(place: Place) -> None:
    store = open_store(SecretSettings(backend="keyring"), place)
    assert store.status().backend == "keyring"
    store.use(SecretSettings(backend="vault", key_file_consent=True))
    store.set("server/x/token", "value")
    assert store.status().backend == "vault"
    assert store.get("server/x/token") == "value"
