from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from click.shell_completion import ShellComplete
from click.testing import Result

from mcptui.cli.main import main
from mcptui.services.workspace import Workspace

Run = Callable[..., Result]


@pytest.fixture
def version(run: Run) -> str:
    """The version before its team and its server were changed."""
    run("server", "add", "a", "--no-test", "x")
    run("team", "create", "data", "--server", "a")
    before = {each["version"] for each in json.loads(run("state", "list", "--json").stdout)}
    run("team", "edit", "data", "--server", "*")
    run("server", "disable", "a")
    versions: list[str] = [each["version"] for each in json.loads(run("state", "list", "--json").stdout)]
    return next(each for each in reversed(versions) if each not in before)


def completed(*words: str) -> list[str]:
    return [item.value for item in ShellComplete(main, {}, "mcptui", "_").get_completions(list(words), "")]


def test_versions_are_listed_with_what_is_different(run: Run, version: str) -> None:
    found = {each["version"]: each for each in json.loads(run("state", "list", "--json").stdout)}
    assert found[version]["different"] == ["server:a", "team:data"]
    assert (found[version]["added_lines"], found[version]["removed_lines"]) == (1, 2)
    lines = run("state", "list").stdout.splitlines()
    assert lines[0].split() == ["VERSION", "UNTIL", "RESTORING", "IT", "CHANGES"]
    assert any(line.startswith(version) and line.endswith("server a, team data +1 −2 lines") for line in lines)


def test_a_version_is_compared(run: Run, version: str) -> None:
    assert "-enabled = false" in run("state", "show", version).stdout
    only = run("state", "show", version, "--only", "team:data").stdout.splitlines()
    assert only[1:] == [" [teams.data]", '-servers = ["*"]', '+servers = ["a"]']
    value = json.loads(run("state", "show", version, "--only", "team:data", "--json").stdout)
    assert value == {"version": version, "difference": only}
    assert "no earlier version" in run("state", "show", "x", code=3).stderr


def test_only_some_entries_are_restored(run: Run, ws: Workspace, version: str) -> None:
    assert "nothing was restored" in run("state", "restore", version, code=4).stderr
    assert "is not different" in run("state", "restore", version, "--only", "team:x", "--yes", code=4).stderr
    result = run("state", "restore", version, "--only", "team:data", "--only", "team:data", "--yes")
    assert "restoring changes: team data\nTeam data restored from " in result.stderr
    state = ws.load().state
    assert state.teams["data"].servers == ("a",)
    assert not state.servers["a"].enabled


def test_the_whole_file_is_restored(run: Run, ws: Workspace, version: str) -> None:
    assert "restoring changes: server a, team data" in run("state", "restore", version, "--yes").stderr
    state = ws.load().state
    assert state.teams["data"].servers == ("a",)
    assert state.servers["a"].enabled


def test_versions_and_entries_are_completed(ws: Workspace, version: str) -> None:
    assert version in completed("state", "restore")
    assert completed("state", "restore", version, "--only") == ["server:a", "team:data"]
    assert completed("state", "restore", "x", "--only") == []
    ws.paths.config_file.unlink()
    ws.paths.config_file.mkdir()
    assert completed("state", "restore") == []
