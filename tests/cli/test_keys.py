"""``mcptui keys``: the actions of the app with their keys, a person's own included."""

from __future__ import annotations

import json
from collections.abc import Callable

from click.testing import Result

from mcptui.services.workspace import Workspace

Run = Callable[..., Result]


def test_all_actions_are_listed_with_their_place(run: Run) -> None:
    found = json.loads(run("keys", "--json").stdout)
    assert found["problems"] == []
    ids = [each["id"] for each in found["keys"]]
    assert len(ids) > 50
    assert all(each["title"] and each["where"] for each in found["keys"])
    lines = run("keys").stdout.splitlines()
    assert lines[0].split() == ["KEYS", "ACTION", "ID", "WHERE"]
    assert len(lines) == len(ids) + 1


def test_a_person_s_own_keys_count_and_mistakes_are_said(run: Run, ws: Workspace) -> None:
    first = json.loads(run("keys", "--json").stdout)["keys"][0]
    ws.paths.keys_file.write_text(f'"{first["id"]}" = "ctrl+y"\n"no.such.action" = "x"\n', encoding="utf-8")
    found = json.loads(run("keys", "--json").stdout)
    assert found["keys"][0]["keys"] == ["ctrl+y"]
    assert len(found["problems"]) == 1
    assert "no.such.action" in run("keys").stderr
