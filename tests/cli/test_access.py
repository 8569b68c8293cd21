"""``mcptui access``: matrix, bulk changes, explanations, findings."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import Result

from mcptui.model import Group, LlmModel
from mcptui.model.runtime import CallRecord
from mcptui.services.workspace import Workspace
from tests.support.fake_gateway import FakeGateway

Run = Callable[..., Result]


@pytest.fixture
def filled(run: Run, ws: Workspace) -> Run:
    """Servers one, two, three; team data (one) with key laptop; key ci (two, some tools of it)."""
    for name in ("one", "two", "three"):
        run("server", "add", name, "--no-test", "command")
    models = {"gpt": LlmModel(name="gpt", base_url="http://127.0.0.1/v1", model="gpt")}
    groups = {"both": Group(name="both", servers=("two", "three"))}
    ws.change("", lambda state: replace(state, groups=groups, models=models))
    run("team", "create", "data", "--server", "one")
    run("key", "create", "laptop", "--team", "data")
    run("key", "create", "ci", "--server", "two", "--tools", "two=read_*")
    return run


def test_the_matrix_as_a_table(filled: Run) -> None:
    assert filled("access", "matrix").stdout.splitlines() == [
        "SUBJECT       one  two  three",
        "team data     [x]  [ ]  [ ]",
        "└ key laptop  [+]  [ ]  [ ]",
        "key ci        [ ]  [~]  [ ]",
    ]


def test_the_matrix_can_be_filtered(filled: Run) -> None:
    def rows(*words: str) -> list[str]:
        return filled("access", "matrix", *words).stdout.splitlines()[1:]

    assert rows("data", "--server", "@both") == ["team data     [ ]  [ ]", "└ key laptop  [ ]  [ ]"]
    assert rows("--kind", "key", "--mark", "partly", "--server", "two") == ["key ci   [~]"]
    assert rows("--mark", "allowed") == ["team data  [x]  [ ]  [ ]"]
    assert "nobody" in filled("access", "matrix", "nobody", code=3).stderr
    filled("access", "matrix", "--server", "four", code=3)


def test_the_matrix_for_programs(filled: Run) -> None:
    found = list(csv.reader(io.StringIO(filled("access", "matrix", "--csv").stdout)))
    assert found[0] == ["kind", "name", "one", "two", "three"]
    assert found[2] == ["key", "laptop", "[+]", "[ ]", "[ ]"]
    cells = json.loads(filled("access", "matrix", "laptop", "--json").stdout)[0]
    assert (cells["kind"], cells["name"]) == ("key", "laptop")
    assert cells["servers"]["two"] == {
        "mark": "[ ]",
        "allowed": False,
        "partly": False,
        "level": "team",
        "subject": "data",
        "entry": 'servers ["one"]',
        "reason": "team data does not allow two",
    }


def test_bulk_grants_and_revocations(filled: Run, ws: Workspace) -> None:
    before = ws.load().revision
    shown = filled("access", "grant", "data", "key:ci", "--server", "one,@both", "--dry-run").stdout
    assert shown.splitlines() == [
        "team data",
        '  - servers ["one"]',
        '  + servers ["one", "@both"]',
        "key ci",
        '  - servers ["two"]',
        '  + servers ["two", "one", "@both"]',
        "Effective access:",
        "  team data: +two +three",
        "  key laptop: +two +three",
        "  key ci: +one +three",
    ]
    assert ws.load().revision == before
    done = filled("access", "grant", "data", "key:ci", "--server", "one,@both")
    assert (done.stdout, "one, @both granted to 2 subjects" in done.stderr) == ("", True)
    assert ws.load().state.keys["ci"].servers == ("two", "one", "@both")
    filled("access", "revoke", "laptop", "--server", "two")
    assert ws.load().state.keys["laptop"].servers == ("!two",)
    assert filled("access", "revoke", "laptop", "--server", "two").stdout == "No changes.\n"
    filled("access", "grant", "laptop", code=2)
    filled("access", "grant", "laptop", "--server", "four", code=3)


def test_several_are_edited_as_one_change(filled: Run, ws: Workspace) -> None:
    done = filled("key", "edit", "laptop", "ci", "--server", "one,@both", "--rpm", "5")
    assert "2 keys saved" in done.stderr
    keys = ws.load().state.keys
    assert {(keys[name].servers, keys[name].rpm) for name in ("laptop", "ci")} == {(("one", "@both"), 5)}
    filled("key", "edit", "laptop", "ci", "--name", "x", code=2)
    filled("key", "edit", "laptop", "nobody", "--rpm", "5", code=3)


def test_explaining_any_level_and_models(filled: Run) -> None:
    assert "← decisive rule" in filled("access", "explain", "--team", "data", "--server", "two").stdout
    assert filled("access", "explain", "--key", "ci", "--model", "gpt").stdout.splitlines() == [
        "key ci → model gpt : ALLOWED",
        "  key ci  –  not set   ← decisive rule",
        "  no level sets models, so all are allowed",
    ]
    filled("key", "edit", "ci", "--no-models")
    assert json.loads(filled("access", "explain", "--key", "ci", "--model", "gpt", "--json").stdout)["allowed"] is False
    filled("access", "explain", "--key", "ci", "--model", "none", code=3)
    filled("access", "explain", "--key", "ci", "--model", "gpt", "--tool", "x", code=2)
    filled("access", "explain", "--key", "ci", "--team", "data", code=2)
    filled("access", "explain", code=2)


def test_findings(filled: Run) -> None:
    assert filled("access", "findings").stdout == (
        "no key has access to server three. Grant it to a team or a key, or disable it.\n"
    )
    found = json.loads(filled("access", "findings", "--unused-after", "0s", "--json").stdout)
    assert [each["kind"] for each in found] == ["unused_key", "unused_key", "unreachable_server"]
    filled("access", "grant", "ci", "--server", "three")
    assert filled("access", "findings").stderr == "no findings\n"


def test_keys_know_when_they_were_used(filled: Run, gateway: FakeGateway, tmp_path: Path) -> None:
    gateway.history = tmp_path / "h.db"
    at = datetime(2026, 11, 20, 12, tzinfo=UTC)
    asyncio.run(gateway.record([CallRecord(id=1, at=at.timestamp(), key="ci", method="tools/call", server="two")]))
    lines = filled("key", "list").stdout.splitlines()
    assert lines[0].endswith("EXPIRES  LAST USED")
    assert lines[2].endswith(f"{at.astimezone():%Y-%m-%d %H:%M}")
    assert lines[1].endswith("-")
    assert [each["last_used"] for each in json.loads(filled("key", "list", "--json").stdout)] == [None, at.isoformat()]
    shown = json.loads(filled("key", "show", "ci", "--json").stdout)
    assert (shown["last_used"], shown["calls"]) == (at.isoformat(), {"two": 1})
    assert "two 1" in filled("key", "show", "ci").stdout
    assert "never" in filled("key", "show", "laptop").stdout
    gateway.running = None
    assert "mcptui gateway start" in filled("key", "list").stderr


def test_limits_of_a_key(filled: Run, ws: Workspace) -> None:
    filled("key", "create", "k", "--max-concurrent", "3", "--network", "10.0.0.0/8,::1")
    key = ws.load().state.keys["k"]
    assert (key.max_concurrent, key.networks) == (3, ("10.0.0.0/8", "::1"))
    assert "10.0.0.0/8, ::1" in filled("key", "show", "k").stdout
    filled("key", "edit", "k", "--unset", "networks", "--unset", "max_concurrent")
    assert ws.load().state.keys["k"] == type(key)(name="k", hash=key.hash, hint=key.hint, created=key.created)
    assert "is not an IP network" in filled("key", "create", "l", "--network", "home", code=1).stderr


def test_access_explain(run: Run) -> None:
    run("server", "add", "time", "--no-test", "one")
    run("key", "create", "k", "--no-servers")
    denied = run("access", "explain", "--key", "k", "--server", "time").stdout
    assert "DENIED" in denied
    assert "← decisive rule" in denied
    run("key", "edit", "k", "--server", "time")
    assert json.loads(run("access", "explain", "--key", "k", "--tool", "time__now", "--json").stdout)["allowed"] is True
    run("access", "explain", "--key", "nobody", code=3)
    run("access", "explain", "--key", "k", "--server", "nothing", code=3)
