"""The state file as the gateway reads it: what cannot be used is said and changes nothing."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from mcptui.daemon.state_source import StateFileSource
from mcptui.model import State
from mcptui.model.runtime import ConfigError
from mcptui.state.paths import Paths

GOOD = 'version = 1\n[servers.a]\nurl = "http://127.0.0.1:1/mcp"\n'


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    paths = Paths.resolve(tmp_path / "home")
    paths.ensure()
    return paths


@pytest.fixture
def source(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> StateFileSource:
    monkeypatch.setattr(time, "sleep", lambda _: None)
    return StateFileSource(paths)


def put(paths: Paths, content: str | bytes) -> None:
    paths.config_file.write_bytes(content if isinstance(content, bytes) else content.encode())


def last_good(paths: Paths) -> Path:
    return paths.last_good


def test_without_a_file_it_begins_empty(source: StateFileSource) -> None:
    assert source.first().state == State()
    assert source.error is None


def test_what_was_good_is_remembered_and_only_the_owner_reads_it(source: StateFileSource, paths: Paths) -> None:
    put(paths, GOOD)
    first = source.first()
    assert list(first.state.servers) == ["a"]
    assert last_good(paths).read_text(encoding="utf-8") == GOOD
    assert last_good(paths).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("content", "line", "key"),
    [
        ("version = [", 1, None),
        (GOOD + "[servers.b]\nurl = 5\n", 5, "servers.b.url"),
        (b"\xff\xfe", 1, None),
        ("a = " + "[" * 5000, None, None),
        ("version = 99\n", 1, "version"),
    ],
)
def test_what_cannot_be_used_is_said_where_it_is(
    source: StateFileSource, paths: Paths, content: str | bytes, line: int | None, key: str | None
) -> None:
    put(paths, GOOD)
    source.first()
    put(paths, content)
    assert source.read() is None
    error = source.error
    assert isinstance(error, ConfigError)
    assert (error.file, error.line, error.key) == (str(paths.config_file), line, key)
    assert error.message
    # What was good last is still that.
    assert last_good(paths).read_text(encoding="utf-8") == GOOD
    assert list(StateFileSource(paths).first().state.servers) == ["a"]
    put(paths, GOOD)
    assert source.read() is not None
    assert source.error is None


def test_a_directory_in_its_place(source: StateFileSource, paths: Paths) -> None:
    paths.config_file.mkdir()
    assert source.read() is None
    assert source.error is not None


def test_where_nothing_good_is_remembered_it_begins_empty(source: StateFileSource, paths: Paths) -> None:
    put(paths, "version = [")
    last_good(paths).write_text("also broken [", encoding="utf-8")
    assert source.first().state == State()
    assert source.error is not None


def test_an_empty_file_is_looked_at_again(
    source: StateFileSource, paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(paths, "")
    monkeypatch.setattr(time, "sleep", lambda _: put(paths, GOOD))
    found = source.read()
    assert found is not None
    assert list(found.state.servers) == ["a"]


def test_a_file_that_goes_while_it_is_looked_at_is_none(
    source: StateFileSource, paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(paths, "")
    monkeypatch.setattr(time, "sleep", lambda _: paths.config_file.unlink())
    found = source.read()
    assert found is not None
    assert (found.state, source.error) == (State(), None)


def test_a_state_that_cannot_be_remembered_is_used_all_the_same(source: StateFileSource, paths: Paths) -> None:
    put(paths, GOOD)
    last_good(paths).with_suffix(".tmp").mkdir()
    assert list(source.first().state.servers) == ["a"]
