"""Several orgs, teams, users or keys edited alike: one change, or none."""

from __future__ import annotations

from typing import Any

import click
import pytest

from mcptui.cli.edit import edit_subjects
from mcptui.errors import NotFoundError
from mcptui.model import Team
from mcptui.services.subjects import create_subject
from mcptui.services.workspace import Workspace


@pytest.fixture
def teams(ws: Workspace) -> Workspace:
    for name in ("a", "b", "c"):
        create_subject(ws, Team(name=name, rpm=1))
    return ws


def limits(ws: Workspace) -> dict[str, int | None]:
    return {team.name: team.rpm for team in ws.load().state.teams.values()}


def test_one_is_edited_and_may_be_renamed(teams: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    edit_subjects(teams, "team", ["a"], {"rpm": 5, "name": "z"})
    assert limits(teams) == {"z": 5, "b": 1, "c": 1}
    assert "z" in capsys.readouterr().err


def test_several_are_one_change(teams: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    edit_subjects(teams, "team", ["a", "c"], {"rpm": 5})
    assert limits(teams) == {"a": 5, "b": 1, "c": 5}
    assert capsys.readouterr().err == "2 teams saved\n"


def test_one_that_is_named_twice_is_one(teams: Workspace) -> None:
    edit_subjects(teams, "team", ["a", "a"], {"name": "z"})
    assert list(limits(teams)) == ["z", "b", "c"]


@pytest.mark.parametrize(
    ("names", "changes", "error", "says"),
    [
        (["a"], {}, click.UsageError, "nothing to change"),
        (["a", "b"], {"name": "z"}, click.UsageError, "--name needs a single NAME"),
        (["a", "x"], {"rpm": 5}, NotFoundError, 'no team "x"'),
    ],
)
def test_what_cannot_be_done_changes_nothing(
    teams: Workspace, names: list[str], changes: dict[str, Any], error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=says):
        edit_subjects(teams, "team", names, changes)
    assert limits(teams) == {"a": 1, "b": 1, "c": 1}
