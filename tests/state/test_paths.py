from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from mcptui.state.errors import StateError
from mcptui.state.paths import Paths


def test_everything_is_under_the_given_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MCPTUI_HOME", "/elsewhere")
    paths = Paths.resolve(tmp_path)
    assert paths.config_file == tmp_path / "mcptui.toml"
    assert paths.keyring_service == f"mcptui {tmp_path}"
    assert paths.themes_dir == tmp_path / "themes"
    assert paths.log_file == tmp_path / "log" / "gateway.log"
    for path, name in (
        (paths.gateway_json, "gateway.json"),
        (paths.gateway_lock, "gateway.lock"),
        (paths.history_db, "history.db"),
        (paths.conversations_db, "conversations.db"),
        (paths.backups, "backups"),
        (paths.state_lock, "state.lock"),
        (paths.vault_file, "vault.json"),
    ):
        assert path == tmp_path / "state" / name


def test_home_of_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("MCPTUI_HOME", "~/profile")
    assert Paths.resolve().config_dir == tmp_path / "profile"
    assert Paths.resolve().profile == "profile"
    monkeypatch.setenv("MCPTUI_HOME", "")
    assert Paths.resolve().profile is None
    monkeypatch.setenv("MCPTUI_HOME", "relative")
    assert Paths.resolve().config_dir == Path.cwd() / "relative"


def test_platform_directories_without_a_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MCPTUI_HOME", "")
    monkeypatch.setenv("HOME", str(tmp_path))
    for variable in ("XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(variable, raising=False)
    paths = Paths.resolve()
    assert paths.keyring_service == "mcptui"
    for directory in (paths.config_dir, paths.state_dir, paths.log_dir):
        assert directory.is_relative_to(tmp_path)
        assert "mcptui" in directory.parts
        assert not directory.exists()


def test_ensure_makes_private_directories(tmp_path: Path) -> None:
    paths = Paths.resolve(tmp_path / "home")
    paths.ensure()
    paths.ensure()
    for directory in (paths.config_dir, paths.state_dir, paths.log_dir):
        assert directory.stat().st_mode & 0o777 == 0o700


def test_ensure_says_where_it_failed(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StateError, match="cannot create") as caught:
        Paths.resolve(tmp_path / "file" / "home").ensure()
    assert "MCPTUI_HOME" in (caught.value.hint or "")


@pytest.fixture
def long_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="m") as short:
        monkeypatch.setattr("tempfile.tempdir", short)
        yield tmp_path / ("long" * 30)


def test_socket_of_a_long_path_is_in_a_private_temporary_directory(long_home: Path) -> None:
    paths = Paths.resolve(long_home)
    assert paths.socket == Paths.resolve(long_home).socket
    assert paths.socket != Paths.resolve(long_home / "other").socket
    assert paths.socket.parent.parent == Path(tempfile.gettempdir())
    paths.ensure()
    assert paths.socket.parent.stat().st_mode & 0o777 == 0o700


def test_a_long_temporary_directory_is_not_used_for_the_socket(
    long_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / ("t" * 100)))
    paths = Paths.resolve(long_home)
    assert paths.socket.parent.parent == Path("/tmp")
    assert len(str(paths.socket)) < 104
    assert Paths.resolve(Path("/h")).socket == Path("/h/state/gateway.sock")


def test_the_socket_is_there_or_not(long_home: Path) -> None:
    for paths in (Paths.resolve(long_home), Paths.resolve(long_home.parent / "s")):
        assert not paths.has_socket()
        paths.ensure()
        assert not paths.has_socket()
        paths.socket.touch()
        assert paths.has_socket()


def test_short_path_keeps_the_socket_beside_the_state() -> None:
    assert Paths.resolve(Path("/h")).socket == Path("/h/state/gateway.sock")


@pytest.mark.parametrize("kind", ["open", "symlink"])
def test_socket_directory_that_others_made_is_refused(long_home: Path, kind: str) -> None:
    paths = Paths.resolve(long_home)
    if kind == "open":
        paths.socket.parent.mkdir(mode=0o755)
    else:
        paths.socket.parent.symlink_to(long_home.parent, target_is_directory=True)
    with pytest.raises(StateError, match="not a private directory"):
        paths.ensure()
    with pytest.raises(StateError, match="not a private directory"):
        paths.has_socket()
