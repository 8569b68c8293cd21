from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from mcptui.secrets.errors import SecretError
from mcptui.secrets.vault import VaultStore

CANARY = "canary-77aa"
KEY = base64.b64encode(bytes(range(32))).decode()


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MCPTUI_VAULT_KEY", raising=False)
    monkeypatch.delenv("MCPTUI_VAULT_KEY_FILE", raising=False)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "state" / "vault.json"


@pytest.fixture
def vault(file: Path) -> VaultStore:
    return VaultStore(file, key_file_consent=True)


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_values_are_encrypted_at_rest(vault: VaultStore, file: Path) -> None:
    assert vault.get("a") is None
    assert vault.names() == []
    vault.delete("a")
    vault.set("server/a/token", CANARY)
    vault.set("empty", "")
    assert vault.get("server/a/token") == CANARY
    assert vault.get("empty") == ""
    assert vault.names() == ["empty", "server/a/token"]
    assert CANARY not in file.read_text(encoding="utf-8")
    assert mode(file) == mode(file.with_name("vault.key")) == 0o600
    assert CANARY not in repr(vault)
    vault.delete("empty")
    vault.delete("empty")
    assert VaultStore(file, key_file_consent=True).names() == ["server/a/token"]
    assert vault.status().state == "ok"


def test_without_key_and_consent_nothing_is_written(file: Path) -> None:
    vault = VaultStore(file)
    status = vault.status()
    assert (status.backend, status.state) == ("vault", "unavailable")
    assert "MCPTUI_VAULT_KEY" in (status.hint or "")
    assert not vault.can_open
    with pytest.raises(SecretError, match="no key for the vault"):
        vault.set("a", CANARY)
    assert not file.exists()
    assert not file.with_name("vault.key").exists()


@pytest.mark.parametrize("text", [KEY, KEY.replace("+", "-").rstrip("="), f" {KEY}\n"])
def test_key_from_the_environment(file: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("MCPTUI_VAULT_KEY", text)
    vault = VaultStore(file)
    vault.set("a", CANARY)
    monkeypatch.setenv("MCPTUI_VAULT_KEY", KEY)
    assert vault.get("a") == CANARY
    assert not file.with_name("vault.key").exists()


@pytest.mark.parametrize("content", [KEY.encode() + b"\n", bytes(range(32))])
def test_key_from_a_named_file(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    named = tmp_path / "key"
    named.write_bytes(content)
    named.chmod(0o600)
    monkeypatch.setenv("MCPTUI_VAULT_KEY_FILE", str(named))
    VaultStore(file).set("a", CANARY)
    assert VaultStore(file).get("a") == CANARY
    named.unlink()
    with pytest.raises(SecretError, match="cannot be read"):
        VaultStore(file).get("a")


@pytest.mark.parametrize("text", ["short", "not base64 !", base64.b64encode(b"x" * 31).decode()])
def test_malformed_key_is_named_without_being_shown(file: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("MCPTUI_VAULT_KEY", text)
    vault = VaultStore(file)
    with pytest.raises(SecretError, match="MCPTUI_VAULT_KEY is not 32 bytes in base64") as caught:
        vault.set("a", CANARY)
    assert text not in str(caught.value)
    assert vault.status().state == "locked"


def test_wrong_key_and_damage_are_told_apart(vault: VaultStore, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    vault.set("a", CANARY)
    monkeypatch.setenv("MCPTUI_VAULT_KEY", KEY)
    with pytest.raises(SecretError, match="key does not fit"):
        vault.get("a")
    assert vault.status().state == "locked"
    before = file.read_bytes()
    with pytest.raises(SecretError, match="key does not fit"):
        vault.set("b", CANARY)
    assert file.read_bytes() == before


def test_vault_without_its_key_file_makes_no_new_key(vault: VaultStore, file: Path) -> None:
    vault.set("a", CANARY)
    file.with_name("vault.key").unlink()
    with pytest.raises(SecretError, match="no key for the vault"):
        vault.set("a", "other")
    assert not file.with_name("vault.key").exists()


def test_readable_key_file_is_refused(vault: VaultStore, file: Path) -> None:
    vault.set("a", CANARY)
    file.with_name("vault.key").chmod(0o644)
    with pytest.raises(SecretError, match="other users"):
        vault.get("a")


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"{}", b"\xff", b'{"version": 1}', b'{"version": 1, "key": 3, "entries": {}}',
     b'{"version": 1, "key": "x", "entries": {}}', b'{"version": 1, "key": "AAAA", "entries": {}}'],
)  # fmt: skip
def test_damaged_file(vault: VaultStore, file: Path, content: bytes) -> None:
    vault.set("a", CANARY)
    file.write_bytes(content)
    with pytest.raises(SecretError, match="is damaged"):
        vault.get("a")


def test_newer_version(vault: VaultStore, file: Path) -> None:
    vault.set("a", CANARY)
    file.write_text(file.read_text(encoding="utf-8").replace('"version": 1', '"version": 2'), encoding="utf-8")
    with pytest.raises(SecretError, match="another version"):
        vault.get("a")


@pytest.mark.parametrize("damage", ["swap", "flip", "type", "cut"])
def test_changed_entry_is_noticed_and_others_work(vault: VaultStore, file: Path, damage: str) -> None:
    vault.set("a", CANARY)
    vault.set("b", "other")
    content = json.loads(file.read_bytes())
    entries = content["entries"]
    flipped = bytearray(base64.b64decode(entries["a"]))
    flipped[-1] ^= 1
    entries["a"] = {
        "swap": entries["b"],
        "flip": base64.b64encode(flipped).decode(),
        "type": 3,
        "cut": "AAAA",
    }[damage]
    file.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(SecretError, match="secret a is damaged") as caught:
        vault.get("a")
    assert caught.value.reference == "a"
    assert vault.get("b") == "other"


def test_unwritable_directory(vault: VaultStore, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    vault.set("a", CANARY)
    monkeypatch.setattr("mcptui.secrets.vault.replace_file", fail)
    with pytest.raises(SecretError, match="No space left"):
        vault.set("b", CANARY)
    assert vault.names() == ["a"]


def test_busy_vault(vault: VaultStore, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from filelock import FileLock

    vault.set("a", CANARY)
    monkeypatch.setattr("mcptui.secrets.vault._LOCK_TIMEOUT", 0.01)
    with FileLock(file.with_name("vault.lock")), pytest.raises(SecretError, match="another mcptui"):
        vault.set("b", CANARY)


def test_unreadable_file(file: Path) -> None:
    file.mkdir(parents=True)
    with pytest.raises(SecretError, match="cannot be read"):
        VaultStore(file, key_file_consent=True).get("a")
