"""The tree of orgs, teams, users and keys."""

from __future__ import annotations

from mcptui.access import decide
from mcptui.access.subjects import Ref, below, parents, put, subject, walk, with_servers
from mcptui.model import Key, Org, Server, State, Team, User

STATE = State(
    servers={"s": Server(name="s", url="http://s")},
    orgs={"acme": Org(name="acme", servers=("*",))},
    teams={"data": Team(name="data", org="acme"), "lost": Team(name="lost", org="gone")},
    users={"ann": User(name="ann", team="data"), "bob": User(name="bob")},
    keys={
        "a": Key(name="a", hash="", user="ann"),
        "t": Key(name="t", hash="", team="data"),
        "o": Key(name="o", hash="", org="acme"),
        "n": Key(name="n", hash=""),
    },
)


def test_the_tree_has_everything_once_in_its_place() -> None:
    assert [(str(ref), place) for ref, place in walk(STATE)] == [
        ("org acme", ()),
        ("team data", (False,)),
        ("user ann", (False, False)),
        ("key a", (False, False, True)),
        ("key t", (False, True)),
        ("key o", (True,)),
        ("team lost", ()),
        ("user bob", ()),
        ("key n", ()),
    ]


def test_parents_and_members() -> None:
    assert parents(STATE, Ref("key", "a")) == (Ref("org", "acme"), Ref("team", "data"), Ref("user", "ann"))
    assert parents(STATE, Ref("key", "none")) == ()
    assert below(STATE, Ref("team", "data")) == [Ref("user", "ann"), Ref("key", "a"), Ref("key", "t")]


def test_references_survive_as_text() -> None:
    ref = Ref("key", "a:b")
    assert Ref.parse(ref.key) == ref
    assert str(ref) == "key a:b"


def test_putting_replaces_one_subject() -> None:
    for ref in (Ref("org", "acme"), Ref("team", "data"), Ref("user", "ann"), Ref("key", "a")):
        changed = with_servers(STATE, ref, ("x",))
        found = subject(changed, ref)
        assert found is not None
        assert found.servers == ("x",)
        assert put(changed, found) == changed
    assert with_servers(STATE, Ref("key", "none"), ()) is STATE


def test_any_subject_can_be_asked_like_a_key() -> None:
    for ref in (Ref("org", "acme"), Ref("team", "data"), Ref("user", "ann"), Ref("key", "a")):
        assert decide(STATE, ref).servers == ("s",)
        assert decide(with_servers(STATE, ref, ()), ref).servers == ()
