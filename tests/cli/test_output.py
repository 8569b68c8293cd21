from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mcptui.cli.output import emit, emit_json, fields, note, plain, table
from mcptui.model import Group


def test_a_table_is_aligned_and_shows_gaps(capsys: pytest.CaptureFixture[str]) -> None:
    table(["NAME", "STATE"], [["a", ""], ["longer", "ready"], ["x", None]])
    assert capsys.readouterr().out == "NAME    STATE\na       -\nlonger  ready\nx       -\n"


def test_foreign_text_cannot_drive_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    evil = "a\x1b[2J\nb\u202e"
    table(["T"], [[evil]])
    fields([("name", evil)])
    emit(evil)
    note(evil)
    emit_json({"x": evil + "\x9b"})
    captured = capsys.readouterr()
    for text in (captured.out, captured.err):
        assert not {"\x1b", "\x9b", "\u202e"} & set(text)
    assert json.loads(captured.out[captured.out.index("{") :]) == {"x": evil + "\x9b"}


def test_fields_leave_out_what_is_not_set(capsys: pytest.CaptureFixture[str]) -> None:
    fields([("name", "a"), ("description", ""), ("rpm", None), ("tools", 0)])
    assert capsys.readouterr().out == "name   a\ntools  0\n"


def test_values_become_json() -> None:
    moment = datetime(2027, 1, 1, tzinfo=UTC)
    group = Group(name="reading", servers=("a",))
    assert plain({"group": group, "at": moment, "path": Path("x")}) == {
        "group": {"name": "reading", "servers": ["a"], "description": ""},
        "at": "2027-01-01T00:00:00+00:00",
        "path": "x",
    }
