"""What stands above a key, and what entries of server lists mean."""

from __future__ import annotations

import pytest

from mcptui.access.levels import ServerSets, levels_of
from mcptui.access.subjects import Ref
from mcptui.model import Group, Key, Org, Server, State, Team, User

STATE = State(
    servers={name: Server(name=name, url="http://x/mcp") for name in "abc"},
    groups={
        "one": Group(name="one", servers=("a",)),
        "nested": Group(name="nested", servers=("@one", "b")),
        "less": Group(name="less", servers=("*", "!b")),
        "less-group": Group(name="less-group", servers=("*", "!@one")),
        "loop": Group(name="loop", servers=("@pool", "a")),
        "pool": Group(name="pool", servers=("@loop", "b")),
        "gone": Group(name="gone", servers=("@nobody", "old")),
    },
    orgs={"o": Org(name="o")},
    teams={"t": Team(name="t", org="o"), "free": Team(name="free")},
    users={"u": User(name="u", team="t"), "alone": User(name="alone")},
    keys={
        "deep": Key(name="deep", hash="1", user="u"),
        "of-team": Key(name="of-team", hash="2", team="free"),
        "of-org": Key(name="of-org", hash="3", org="o"),
        "bare": Key(name="bare", hash="4"),
        "orphan": Key(name="orphan", hash="5", user="left"),
        "both": Key(name="both", hash="6", user="alone", org="o"),
    },
)


@pytest.mark.parametrize(
    ("key", "levels"),
    [
        ("deep", ["org o", "team t", "user u", "key deep"]),
        ("of-team", ["team free", "key of-team"]),
        ("of-org", ["org o", "key of-org"]),
        ("bare", ["key bare"]),
        ("both", ["org o", "user alone", "key both"]),
    ],
)
def test_levels_from_the_outermost_in(key: str, levels: list[str]) -> None:
    found = levels_of(STATE, Ref("key", key))
    assert [f"{level.kind} {level.name}" for level in found] == levels
    assert all(level.subject is not None for level in found)


def test_a_level_that_is_not_there_is_said_to_be_missing() -> None:
    user, key = levels_of(STATE, Ref("key", "orphan"))
    assert (user.kind, user.name, user.subject) == ("user", "left", None)
    assert key.subject is STATE.keys["orphan"]
    (nobody,) = levels_of(STATE, Ref("key", "nobody"))
    assert nobody.subject is None


@pytest.mark.parametrize(
    ("entry", "servers"),
    [
        ("*", "abc"),
        ("a", "a"),
        ("@one", "a"),
        ("@nested", "ab"),
        ("@less", "ac"),
        ("@less-group", "bc"),
        ("@loop", "ab"),
        ("@pool", "ab"),
        ("@nobody", ""),
    ],
)
def test_what_an_entry_means(entry: str, servers: str) -> None:
    sets = ServerSets(STATE)
    assert sets.named_by(entry) == frozenset(servers)
    assert sets.named_by(entry) == frozenset(servers)


def test_a_server_that_is_not_there_is_named_all_the_same() -> None:
    assert ServerSets(STATE).named_by("later") == {"later"}
    assert ServerSets(STATE).named_by("@gone") == {"old"}


def test_equal_lists_are_resolved_once() -> None:
    sets = ServerSets(STATE)
    assert sets.line(("@nested",)) is sets.line(("@nested",))
    assert sets.line(("@nested",)) is not sets.line(("@one",))
    assert sets.line(("@nested",)).verdict("b") == "allows"
    assert sets.line(None).verdict("b") == "silent"
