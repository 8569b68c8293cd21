"""What is kept while a text is read: names, and remarks with the server that they are about."""

from __future__ import annotations

import pytest

from mcptui.interop.dialects import VSCODE
from mcptui.interop.reading import Reading, valid_path
from mcptui.model import Server


@pytest.fixture
def reading() -> Reading:
    return Reading({"taken"})


def add(reading: Reading, name: str, *notes: str) -> None:
    reading.begin()
    for note in notes:
        reading.note(note)
    reading.add(Server(name=name, url="https://x"), name.upper())


def test_every_name_is_given_once(reading: Reading) -> None:
    assert [reading.name("My Docs") for _ in range(3)] == ["my-docs", "my-docs-2", "my-docs-3"]
    assert reading.name("taken") == "taken-2"


def test_remarks_belong_to_the_server_that_they_came_with(reading: Reading) -> None:
    reading.note("on the file")
    add(reading, "a", "first", "second")
    add(reading, "b")
    add(reading, "c", "third")
    assert [found.notes for found in reading.found] == [("first", "second"), (), ("third",)]
    assert reading.notes == ["on the file", "first", "second", "third"]
    assert [found.label for found in reading.found] == ["A", "B", "C"]
    assert [server.name for server in reading.servers] == ["a", "b", "c"]


def test_a_remark_is_made_once_for_each_server(reading: Reading) -> None:
    add(reading, "a", "same", "same")
    add(reading, "b", "same")
    assert [found.notes for found in reading.found] == [("same",), ("same",)]


def test_a_remark_on_the_server_that_was_added_last_names_it(reading: Reading) -> None:
    add(reading, "a", "first")
    reading.remark("not carried over")
    reading.remark("not carried over")
    assert reading.found[-1].notes == ("first", "a: not carried over")


def test_secrets_that_are_missing_belong_to_their_server(reading: Reading) -> None:
    reading.begin()
    assert reading.secret("a", "API Key", "the key") == "server/a/api-key"
    reading.add(Server(name="a", url="https://x"), "", preselected=False)
    add(reading, "b")
    assert [found.missing for found in reading.found] == [(("server/a/api-key", "the key"),), ()]
    assert [found.preselected for found in reading.found] == [False, True]


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("token", "token"),
        ("API_KEY", "api-key"),
        ("x.y/z", "x-y-z"),
        ("-a-", "a"),
        ("clé", "cl"),
        ("٣", "secret"),
        ("", "secret"),
        ("///", "secret"),
    ],
)
def test_parts_of_paths(name: str, path: str) -> None:
    assert valid_path(name) == path


def test_texts_are_read_in_the_client_s_own_way() -> None:
    own, other = Reading(set(), VSCODE), Reading(set())
    assert own.text("${input:a} ${B}", "here", question=lambda name: f"s/{name}") == "${secret:s/a} ${env:B}"
    assert other.text("${input:a} ${B}", "here", question=lambda name: f"s/{name}") == "${input:a} ${env:B}"
    assert (own.notes, other.notes) == ([], ["here: fill in ${input:a}"])
