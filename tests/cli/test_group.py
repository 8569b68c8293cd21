from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from click.testing import Result

from mcptui.services.workspace import Workspace

Run = Callable[..., Result]


@pytest.fixture
def servers(run: Run) -> None:
    for name in ("a", "b"):
        run("server", "add", name, "--no-test", "x")


@pytest.mark.usefixtures("servers")
def test_the_life_of_a_group(run: Run, ws: Workspace) -> None:
    assert (
        "Group reading created" in run("group", "create", "reading", "--server", "a,b", "--description", "Docs").stderr
    )
    run("team", "create", "data", "--server", "@reading")
    assert run("group", "list").stdout == (
        "NAME     SERVERS  USED BY    DESCRIPTION\nreading  a, b     team data  Docs\n"
    )
    assert json.loads(run("group", "list", "--json").stdout) == [
        {"name": "reading", "servers": ["a", "b"], "description": "Docs", "used_by": ["team data"]}
    ]
    assert "used by      team data" in run("group", "show", "reading").stdout
    run("group", "edit", "reading", "--name", "books", "--server", "b")
    assert json.loads(run("group", "show", "books", "--json").stdout)["servers"] == ["b"]
    assert ws.load().state.teams["data"].servers == ("@books",)
    assert "team data will lose its servers" in run("group", "remove", "books", code=4).stderr
    run("group", "remove", "books", "--yes")
    assert ws.load().state.groups == {}


@pytest.mark.usefixtures("servers")
@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["create", "x", "--server", "c"], 3, 'no server "c"'),
        (["show", "x"], 3, 'no group "x"'),
        (["edit", "x"], 3, 'no group "x"'),
        (["remove", "x"], 3, 'no group "x"'),
    ],
)
def test_what_is_not_there(run: Run, words: list[str], code: int, says: str) -> None:
    assert says in run("group", *words, code=code).stderr


def test_nothing_to_change(run: Run) -> None:
    run("group", "create", "empty")
    assert "nothing to change" in run("group", "edit", "empty", code=2).stderr
    run("group", "edit", "empty", "--description", "x")
    assert "none" in run("group", "show", "empty").stdout
