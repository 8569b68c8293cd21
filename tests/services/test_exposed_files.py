"""What others can read or change, and what is in order."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mcptui.interop.machine import Machine
from mcptui.protocol.keys import KEY_PREFIX
from mcptui.services.exposed_files import exposed_clients, exposed_in_home
from mcptui.state.paths import Paths

KEY = f"{KEY_PREFIX}{'x' * 43}"


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    """A home with everything in it."""
    paths = Paths.resolve(tmp_path / "home")
    paths.ensure()
    (paths.backups / "clients").mkdir(parents=True)
    for directory in (paths.backups, paths.backups / "clients"):
        directory.chmod(0o700)
    for file in (
        paths.config_file, paths.vault_file, paths.vault_file.with_name("vault.key"), paths.log_file, paths.history_db,
        paths.conversations_db, paths.backups / "1.toml", paths.backups / "clients" / "cursor-1.json",
    ):  # fmt: skip
        file.touch()
        file.chmod(0o600)
    return paths


def found(paths: Paths) -> list[tuple[str, str, str]]:
    home = paths.config_dir.parent
    return [(str(each.path.relative_to(home)), each.what, each.hint.split()[2]) for each in exposed_in_home(paths)]


def test_a_home_as_it_is_made_is_in_order(paths: Paths, tmp_path: Path) -> None:
    assert found(paths) == []
    assert found(Paths.resolve(tmp_path / "none")) == []


@pytest.mark.parametrize(
    ("name", "mode", "what"),
    [
        ("mcptui.toml", 0o666, "can be changed by other users"),
        ("mcptui.toml", 0o620, "can be changed by other users"),
        ("state/vault.json", 0o644, "can be read by other users"),
        ("state/vault.key", 0o640, "can be read by other users"),
        ("state/vault.key", 0o606, "can be changed by other users"),
        ("state/history.db", 0o604, "can be read by other users"),
        ("state/conversations.db", 0o644, "can be read by other users"),
        ("state/backups/1.toml", 0o644, "can be read by other users"),
        ("state/backups/clients/cursor-1.json", 0o644, "can be read by other users"),
        ("log/gateway.log", 0o644, "can be read by other users"),
    ],
)
def test_an_open_file_is_found(paths: Paths, name: str, mode: int, what: str) -> None:
    (paths.config_dir / name).chmod(mode)
    assert found(paths) == [(f"home/{name}", what, "600")]


@pytest.mark.parametrize("name", ["", "state", "log", "state/backups"])
@pytest.mark.parametrize("mode", [0o777, 0o770, 0o702])
def test_a_directory_that_others_can_change_is_found(paths: Paths, name: str, mode: int) -> None:
    (paths.config_dir / name).chmod(mode)
    where = f"home/{name}".rstrip("/")
    assert found(paths) == [(where, "can be changed by other users", "700")]


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o400])
def test_the_state_file_may_be_read(paths: Paths, mode: int) -> None:
    paths.config_file.chmod(mode)
    assert found(paths) == []


def test_what_belongs_to_somebody_else_is_found(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    if os.getuid() == 0:  # what is root's is in order
        os.chown(paths.vault_file, 12_345, -1)
    else:
        uid = os.getuid() + 1
        monkeypatch.setattr(os, "getuid", lambda: uid)
    assert ("home/state/vault.json", "belongs to another user") in [each[:2] for each in found(paths)]


@pytest.mark.parametrize(
    ("text", "mode", "is_exposed"),
    [(KEY, 0o644, True), (KEY, 0o660, True), (KEY, 0o600, False), ("nothing", 0o644, False)],
)
def test_a_clients_file_with_a_key_is_for_its_owner(tmp_path: Path, text: str, mode: int, is_exposed: bool) -> None:
    file = tmp_path / ".cursor" / "mcp.json"
    file.parent.mkdir()
    file.write_text(text, encoding="utf-8")
    file.chmod(mode)
    exposed = list(exposed_clients(Machine(home=tmp_path)))
    assert [each.path for each in exposed] == [file] * is_exposed
    assert all(each.hint == f"Run: chmod 600 {file}" for each in exposed)
