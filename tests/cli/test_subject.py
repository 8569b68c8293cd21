from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from click.testing import Result

from mcptui.services.workspace import Workspace

Run = Callable[..., Result]


def with_servers(run: Run, *names: str) -> None:
    for name in names:
        run("server", "add", name, "--no-test", "one")


def test_three_levels(run: Run, ws: Workspace) -> None:
    with_servers(run, "time")
    run("org", "create", "acme", "--server", "*", "--description", "All of us")
    run(
        "team",
        "create",
        "data",
        "--org",
        "acme",
        "--server",
        "time",
        "--tools",
        "time=get_*,!get_secret",
        "--rpm",
        "60",
    )
    run("user", "create", "ada", "--team", "data", "--no-servers")
    state = ws.load().state
    assert (state.orgs["acme"].servers, state.orgs["acme"].description) == (("*",), "All of us")
    team = state.teams["data"]
    assert (team.org, team.servers, team.tools, team.rpm) == ("acme", ("time",), {"time": ("get_*", "!get_secret")}, 60)
    assert (state.users["ada"].team, state.users["ada"].servers, state.users["ada"].tools) == ("data", (), None)


def test_reading(run: Run) -> None:
    with_servers(run, "a", "b")
    run("org", "create", "acme")
    run("team", "create", "data", "--org", "acme", "--server", "a", "--server", "b", "--tools", "a=x")
    assert run("team", "list").stdout.splitlines()[1].split() == ["data", "acme", "a,", "b", "a=x", "-"]
    assert json.loads(run("team", "list", "--json").stdout)[0]["servers"] == ["a", "b"]
    assert run("org", "show", "acme").stdout.splitlines()[1] == "servers  not set"
    assert json.loads(run("org", "show", "acme", "--json").stdout)["name"] == "acme"
    assert run("user", "list").stdout == "NAME  TEAM  SERVERS  TOOLS  DESCRIPTION\n"


def test_editing_keeps_what_is_not_named(run: Run, ws: Workspace) -> None:
    with_servers(run, "a", "b")
    run("team", "create", "data", "--server", "a", "--tools", "a=x", "--rpm", "5")
    run("team", "edit", "data", "--server", "b", "--unset", "rpm")
    team = ws.load().state.teams["data"]
    assert (team.servers, team.tools, team.rpm) == (("b",), {"a": ("x",)}, None)
    run("team", "edit", "data", "--unset", "servers", "--name", "science")
    assert ws.load().state.teams["science"].servers is None
    assert "nothing to change" in run("team", "edit", "science", code=2).stderr


@pytest.mark.parametrize("kind", ["org", "team", "user"])
def test_removing_asks(run: Run, ws: Workspace, kind: str) -> None:
    run(kind, "create", "x")
    assert "was not deleted" in run(kind, "remove", "x", code=4).stderr
    run(kind, "remove", "x", "--yes")
    assert f'no {kind} "x"' in run(kind, "show", "x", code=3).stderr


@pytest.mark.parametrize("kind", ["org", "team", "user"])
def test_a_bad_or_taken_name_is_refused(run: Run, kind: str) -> None:
    run(kind, "create", "x")
    run(kind, "create", "x", code=4)
    run(kind, "create", "no spaces", code=4)


def test_a_server_that_does_not_exist_is_not_found(run: Run) -> None:
    assert 'no server "nowhere"' in run("org", "create", "acme", "--server", "nowhere", code=3).stderr
