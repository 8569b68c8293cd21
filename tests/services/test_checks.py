"""Refusals that several services share."""

from __future__ import annotations

import pytest

from mcptui.errors import NotFoundError, RefusedError
from mcptui.model import Group, Server, State
from mcptui.services.checks import require, require_distinct, require_free, require_servers, require_valid

SERVERS = {name: Server(name=name, url="https://x") for name in ("files", "github")}
STATE = State(servers=SERVERS, groups={"dev": Group(name="dev")})


@pytest.mark.parametrize(
    ("name", "hint"),
    [("githb", 'Did you mean "github"?'), ("file", 'Did you mean "files"?'), ("zzz", None), ("", None)],
)
def test_a_name_that_is_not_there_is_answered_with_the_nearest(name: str, hint: str | None) -> None:
    with pytest.raises(NotFoundError) as caught:
        require(SERVERS, "server", name)
    assert (caught.value.message, caught.value.hint) == (f'there is no server "{name}"', hint)


def test_what_is_there_is_given_and_what_is_free_is_free() -> None:
    assert require(SERVERS, "server", "files") is SERVERS["files"]
    require_free(SERVERS, "server", "new")
    with pytest.raises(RefusedError, match='server "files" exists'):
        require_free(SERVERS, "server", "files")


def test_a_name_is_refused_with_what_is_wrong_with_it() -> None:
    require_valid("server", "files", None)
    with pytest.raises(RefusedError, match='the server name "mcp" is a path of the gateway'):
        require_valid("server", "mcp", "is a path of the gateway")


@pytest.mark.parametrize("entries", [[], ["*"], ["!*"], ["files", "!github"], ["@dev", "!@dev"]])
def test_entries_that_lead_somewhere(entries: list[str]) -> None:
    require_servers(STATE, entries)


@pytest.mark.parametrize(
    ("entries", "says"),
    [
        (["files", "githb"], 'there is no server "githb"'),
        (["!githb"], 'there is no server "githb"'),
        (["dev"], 'there is no server "dev"'),
        (["@files"], 'there is no group "files"'),
        (["!@dve"], 'there is no group "dve"'),
        (["@"], 'there is no group ""'),
        ([""], 'there is no server ""'),
        (["!!files"], 'there is no server "!files"'),
    ],
)
def test_entries_that_lead_nowhere(entries: list[str], says: str) -> None:
    with pytest.raises(NotFoundError, match=says):
        require_servers(STATE, entries)


@pytest.mark.parametrize("name", ["my-files", "my_files", "files", "my_file"])
def test_a_name_that_headers_can_tell_from_others(name: str) -> None:
    require_distinct([name, "other"], name)


def test_a_name_that_headers_cannot_tell_from_another() -> None:
    with pytest.raises(RefusedError, match='"my-files" differs from "my_files" only by - and _'):
        require_distinct(["a", "my_files"], "my-files")
