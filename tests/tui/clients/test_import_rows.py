"""What can be imported, as rows and as a text."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mcptui.interop.reading import Found
from mcptui.model import LlmModel, Server
from mcptui.services.imports import Candidate, Standing
from mcptui.tui.clients.import_rows import about, box_rows, model_id

FOUND = Found(Server(name="a", url="http://a"))


def candidate(standing: Standing = "new", **more: Any) -> Candidate:
    values: dict[str, Any] = {"chosen": True, "secrets": 0} | more
    return Candidate("a", Server(name="a", url="http://a"), FOUND, "Cursor", standing, **values)


@pytest.mark.parametrize(
    ("standing", "ticked", "name", "word"),
    [
        ("new", False, None, "new"),
        ("same", False, None, "exists already"),
        ("gateway", False, None, "this gateway"),
        ("taken", False, None, "name conflict"),
        ("new", True, "a", "new"),
        ("taken", True, "a", "overwrites the existing one"),
        ("taken", True, "a-2", "as a-2"),
        ("taken", True, None, "skipped: name conflict"),
    ],
)
def test_a_row_says_what_becomes_of_it(standing: Standing, ticked: bool, name: str | None, word: str) -> None:
    (row,) = box_rows([candidate(standing)], [], ["a"] if ticked else [], {"a": name})
    assert row.note == f"{word} · Cursor · http://a"


@pytest.mark.parametrize(("secrets", "words"), [(0, ""), (1, " · 1 secret"), (2, " · 2 secrets")])
def test_secrets_are_counted(secrets: int, words: str) -> None:
    (row,) = box_rows([candidate(secrets=secrets)], [], [], {"a": "a"})
    assert row.note == f"new{words} · Cursor · http://a"


def test_models_have_rows_of_their_own() -> None:
    model = LlmModel(name="gpt", base_url="https://api", model="gpt")
    (row,) = box_rows([], [model], [model_id(model)], {})
    assert (row.id, row.label, row.note) == ("model:gpt", "model gpt", "new · https://api")


def test_the_text_names_origin_target_and_what_is_wanted() -> None:
    row = replace(
        candidate("taken", secrets=1, path=Path("/c.json"), notes=("odd [x]\x1b[2J",)),
        needs=("a token", "the variable X"),
    )
    text = about(row, {"a": "a-2"}, "rename").plain
    for part in (
        "a-2 (name conflict with a: rename",
        "! odd [x]",
        "it needs a token, the variable X",
        "Cursor, /c.json",
    ):
        assert part in text
    assert "1 to the secret store" in text
    assert "\x1b" not in text


def test_a_command_is_shown_as_one_would_type_it() -> None:
    server = Server(name="a", command="run", args=("two words", "x"))
    text = about(replace(candidate(), server=server), {"a": "a"}, "skip").plain
    assert "run 'two words' x" in text
