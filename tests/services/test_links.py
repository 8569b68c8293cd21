"""Names that refer to something: what follows a rename, and what a removal leaves behind."""

from __future__ import annotations

from typing import Any

import pytest

from mcptui.model import Group, Key, Org, State, Team, User
from mcptui.services.links import forget_servers, rename_parent, rename_server, renamed_key, with_section

ENTRIES = ("files", "!files", "@files", "files-2", "my-files", "*", "!*")
TOOLS = {"files": ("read_*",), "files-2": (), "*": ("!x",)}


def state() -> State:
    listing: dict[str, Any] = {"servers": ENTRIES, "tools": TOOLS}
    return State(
        groups={"files": Group(name="files", servers=ENTRIES)},
        orgs={"o": Org(name="o", **listing)},
        teams={"t": Team(name="t", org="o", **listing)},
        users={"u": User(name="u", team="t", **listing)},
        keys={"k": Key(name="k", hash="h", user="u", **listing), "l": Key(name="l", hash="h", org="o", team="t")},
    )


def listings(state: State) -> list[Any]:
    sections = (state.groups, state.orgs, state.teams, state.users, state.keys)
    return [entity for section in sections for name, entity in section.items() if name != "l"]


def test_every_mention_of_a_server_follows_its_rename() -> None:
    after = rename_server(state(), "files", "docs")
    for listing in listings(after):
        assert listing.servers == ("docs", "!docs", "@files", "files-2", "my-files", "*", "!*")
        if not isinstance(listing, Group):
            assert listing.tools == {"docs": ("read_*",), "files-2": (), "*": ("!x",)}
    assert rename_server(after, "docs", "files") == state()
    assert after.keys["l"] == state().keys["l"]


@pytest.mark.parametrize(
    ("names", "servers", "tools"),
    [
        (["files"], ("@files", "files-2", "my-files", "*", "!*"), ["files-2", "*"]),
        (["files", "files-2", "my-files"], ("@files", "*", "!*"), ["*"]),
        (["nobody"], ENTRIES, list(TOOLS)),
        ([], ENTRIES, list(TOOLS)),
    ],
)
def test_no_mention_of_a_removed_server_is_left(names: list[str], servers: tuple[str, ...], tools: list[str]) -> None:
    for listing in listings(forget_servers(state(), names)):
        assert listing.servers == servers
        if not isinstance(listing, Group):
            assert list(listing.tools or ()) == tools


def test_a_list_that_becomes_empty_allows_nothing_still() -> None:
    before = State(keys={"k": Key(name="k", hash="h", servers=("files",)), "l": Key(name="l", hash="h")})
    after = forget_servers(before, ["files"])
    assert (after.keys["k"].servers, after.keys["l"].servers) == ((), None)


@pytest.mark.parametrize("new", ["p", None])
def test_members_follow_their_parent(new: str | None) -> None:
    org = rename_parent(state(), "org", "o", new)
    assert (org.teams["t"].org, org.keys["l"].org, org.keys["l"].team) == (new, new, "t")
    team = rename_parent(state(), "team", "t", new)
    assert (team.users["u"].team, team.keys["l"].team, team.teams) == (new, new, state().teams)
    user = rename_parent(state(), "user", "u", new)
    assert (user.keys["k"].user, user.users) == (new, state().users)
    assert rename_parent(state(), "org", "nobody", new) == state()
    assert rename_parent(state(), "key", "k", new) == state()


def test_a_renamed_entry_stays_at_its_place() -> None:
    items = {"a": 1, "b": 2, "c": 3}
    assert list(renamed_key(items, "b", "x", 9).items()) == [("a", 1), ("x", 9), ("c", 3)]
    assert list(renamed_key(items, "b", "b", 9).items()) == [("a", 1), ("b", 9), ("c", 3)]


def test_another_content_of_a_section_leaves_the_others() -> None:
    after = with_section(state(), "keys", {})
    assert (after.keys, after.users) == ({}, state().users)
