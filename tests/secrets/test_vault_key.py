"""Where the key of the vault comes from, and what is no key."""

from __future__ import annotations

import base64
import os
from pathlib import Path

import pytest

from mcptui.secrets.errors import SecretError
from mcptui.secrets.vault_key import KEY_FILE_VARIABLE, KEY_VARIABLE, KeyFile, make_key_file, take_variables, vault_key

KEY = bytes(range(224, 256))
TEXT = base64.b64encode(KEY).decode()


@pytest.fixture(autouse=True)
def no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    monkeypatch.delenv(KEY_FILE_VARIABLE, raising=False)


@pytest.fixture
def key_file(tmp_path: Path) -> KeyFile:
    return KeyFile(tmp_path / "vault.key", consent=True)


def test_nothing_is_set(key_file: KeyFile) -> None:
    assert vault_key(key_file) is None


def test_a_key_file_is_made_for_its_owner_alone_and_read_again(key_file: KeyFile) -> None:
    key = make_key_file(key_file)
    assert len(key) == 32
    assert key_file.path.stat().st_mode & 0o777 == 0o600
    assert vault_key(key_file) == key
    assert make_key_file(key_file) != key


def test_a_key_file_is_not_used_without_consent(key_file: KeyFile) -> None:
    make_key_file(key_file)
    assert vault_key(KeyFile(key_file.path, consent=False)) is None


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o610, 0o602])
def test_a_key_file_that_others_reach_is_refused(key_file: KeyFile, mode: int) -> None:
    make_key_file(key_file)
    key_file.path.chmod(mode)
    with pytest.raises(SecretError, match="can be read by other users") as caught:
        vault_key(key_file)
    assert "chmod 600" in (caught.value.hint or "")


@pytest.mark.parametrize("text", [TEXT, f" {TEXT}\n", TEXT.rstrip("="), TEXT.replace("+", "-").replace("/", "_")])
def test_a_key_may_be_written_in_several_ways(monkeypatch: pytest.MonkeyPatch, key_file: KeyFile, text: str) -> None:
    monkeypatch.setenv(KEY_VARIABLE, text)
    assert vault_key(key_file) == KEY


@pytest.mark.parametrize("text", ["short", TEXT[:-4], TEXT + "AAAA", "!" * 44, "ü" * 20])
def test_what_is_no_key_is_refused_without_being_shown(
    monkeypatch: pytest.MonkeyPatch, key_file: KeyFile, text: str
) -> None:
    monkeypatch.setenv(KEY_VARIABLE, text)
    with pytest.raises(SecretError, match="MCPTUI_VAULT_KEY is not 32 bytes in base64") as caught:
        vault_key(key_file)
    assert text not in f"{caught.value} {caught.value.hint}"


def test_the_variable_wins_over_the_named_file_and_that_over_the_file_beside_the_vault(
    monkeypatch: pytest.MonkeyPatch, key_file: KeyFile, tmp_path: Path
) -> None:
    make_key_file(key_file)
    named = tmp_path / "named"
    named.write_bytes(b"n" * 32)
    named.chmod(0o600)
    monkeypatch.setenv(KEY_FILE_VARIABLE, str(named))
    assert vault_key(key_file) == b"n" * 32
    monkeypatch.setenv(KEY_VARIABLE, TEXT)
    assert vault_key(key_file) == KEY


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o660, 0o666])
def test_a_named_file_that_others_reach_is_refused(
    monkeypatch: pytest.MonkeyPatch, key_file: KeyFile, tmp_path: Path, mode: int
) -> None:
    named = tmp_path / "named"
    named.write_text(TEXT, encoding="ascii")
    named.chmod(mode)
    monkeypatch.setenv(KEY_FILE_VARIABLE, str(named))
    with pytest.raises(SecretError, match="can be read by other users") as caught:
        vault_key(key_file)
    assert caught.value.hint == f"Run: chmod 600 {named}"


def test_a_named_file_of_somebody_else_is_theirs_to_protect(
    monkeypatch: pytest.MonkeyPatch, key_file: KeyFile, tmp_path: Path
) -> None:
    """As a container gets its secrets: root's, and readable."""
    named = tmp_path / "named"
    named.write_text(TEXT, encoding="ascii")
    named.chmod(0o444)
    monkeypatch.setenv(KEY_FILE_VARIABLE, str(named))
    monkeypatch.setattr(os, "getuid", lambda: named.stat().st_uid + 1)
    assert vault_key(key_file) == KEY


def test_the_variables_are_taken_out_of_the_environment(key_file: KeyFile) -> None:
    environment = {KEY_VARIABLE: TEXT, KEY_FILE_VARIABLE: "/x", "MCPTUI_HOME": "/h"}
    taken = take_variables(environment)
    assert environment == {"MCPTUI_HOME": "/h"}
    assert vault_key(key_file, taken) == KEY
    assert take_variables(environment) == {}


def test_a_named_file_that_is_not_there(monkeypatch: pytest.MonkeyPatch, key_file: KeyFile, tmp_path: Path) -> None:
    monkeypatch.setenv(KEY_FILE_VARIABLE, str(tmp_path / "gone"))
    with pytest.raises(SecretError, match="cannot be read from"):
        vault_key(key_file)
