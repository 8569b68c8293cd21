from __future__ import annotations

from dataclasses import replace

import pytest

from mcptui.errors import NotFoundError, RefusedError
from mcptui.model import Group, Key, Org, Server, Team, User
from mcptui.services.subjects import create_subject, remove_subject, set_servers, set_tools, update_subject
from mcptui.services.workspace import Workspace

HASH = f"sha256:{'0' * 64}"


@pytest.fixture
def ws(ws: Workspace) -> Workspace:
    ws.change(
        "",
        lambda state: replace(
            state,
            servers={"files": Server(name="files", command="npx")},
            groups={"g": Group(name="g", servers=("files",))},
            orgs={"acme": Org(name="acme")},
            teams={"data": Team(name="data", org="acme", servers=("gone",))},
            users={"alice": User(name="alice", team="data")},
            keys={
                "k": Key(name="k", hash=HASH, team="data"),
                "l": Key(name="l", hash=HASH.replace("0", "1"), user="alice"),
                "m": Key(name="m", hash=HASH.replace("0", "2"), org="acme"),
            },
        ),
    )
    return ws


@pytest.mark.parametrize(
    "subject", [Org(name="o"), Team(name="t", org="acme", servers=("@g", "!files", "*")), User(name="u", team="data")]
)
def test_create(ws: Workspace, subject: Org | Team | User) -> None:
    change = create_subject(ws, subject)
    members = {**change.after.state.orgs, **change.after.state.teams, **change.after.state.users}
    assert members[subject.name] == subject
    assert change.summary.endswith(f" {subject.name} created")
    with pytest.raises(RefusedError, match="exists"):
        create_subject(ws, subject)


@pytest.mark.parametrize(
    ("subject", "message"),
    [
        (Team(name="t", org="acne"), 'no org "acne"'),
        (User(name="u", team="t"), 'no team "t"'),
        (Org(name="o", servers=("file",)), 'no server "file"'),
        (Org(name="o", servers=("!@x",)), 'no group "x"'),
        (Org(name="o", tools={"x": ()}), 'no server "x"'),
    ],
)
def test_what_leads_nowhere_is_refused(ws: Workspace, subject: Org | Team | User, message: str) -> None:
    with pytest.raises(NotFoundError, match=message):
        create_subject(ws, subject)


def test_bad_name(ws: Workspace) -> None:
    with pytest.raises(RefusedError, match="must be 1 to 64"):
        create_subject(ws, Org(name="a b"))


def test_several_parents(ws: Workspace) -> None:
    with pytest.raises(RefusedError, match="cannot belong to user and team"):
        update_subject(ws, "key", "k", Key(name="k", hash=HASH, team="data", user="alice"))


def test_update_leaves_old_dangling_names_alone(ws: Workspace) -> None:
    team = replace(ws.load().state.teams["data"], rpm=5)
    assert update_subject(ws, "team", "data", team).after.state.teams["data"].rpm == 5
    with pytest.raises(NotFoundError):
        update_subject(ws, "team", "data", replace(team, servers=("gone", "new")))


def test_lost_update(ws: Workspace) -> None:
    revision = ws.load().revision
    set_servers(ws, "user", "alice", ("files",), expected=revision)
    with pytest.raises(RefusedError, match="changed on disk"):
        set_servers(ws, "user", "alice", (), expected=revision)


def test_renames_are_followed_by_members(ws: Workspace) -> None:
    update_subject(ws, "org", "acme", Org(name="acme-2"))
    update_subject(ws, "team", "data", Team(name="science", org="acme-2"))
    update_subject(ws, "user", "alice", User(name="bob", team="science"))
    change = update_subject(ws, "key", "k", Key(name="kk", hash=HASH, team="science"))
    state = change.after.state
    assert state.teams["science"].org == state.keys["m"].org == "acme-2"
    assert state.users["bob"].team == state.keys["kk"].team == "science"
    assert state.keys["l"].user == "bob"
    assert change.after.problems == ()
    with pytest.raises(RefusedError, match="exists"):
        update_subject(ws, "key", "kk", Key(name="l", hash=HASH))


def test_removal_leaves_members(ws: Workspace) -> None:
    change = remove_subject(ws, "team", "data")
    state = change.after.state
    assert state.teams == {}
    assert state.users["alice"].team is state.keys["k"].team is None
    assert ws.undo(change).after.state == change.before.state
    assert remove_subject(ws, "org", "acme").after.state.teams["data"].org is None
    assert remove_subject(ws, "user", "alice").after.state.keys["l"].user is None


def test_servers_and_tools(ws: Workspace) -> None:
    assert set_servers(ws, "key", "k", ()).after.state.keys["k"].servers == ()
    assert set_servers(ws, "key", "k", None).after.state.keys["k"].servers is None
    tools = {"files": ("read_*", "!read_x")}
    assert set_tools(ws, "team", "data", tools).after.state.teams["data"].tools == tools
    assert set_tools(ws, "team", "data", None).after.state.teams["data"].tools is None
    with pytest.raises(NotFoundError):
        set_tools(ws, "team", "data", {"nope": ()})


def test_unknown_names(ws: Workspace) -> None:
    with pytest.raises(NotFoundError, match='no team "dat"'):
        set_servers(ws, "team", "dat", ())
    with pytest.raises(NotFoundError):
        remove_subject(ws, "user", "nope")
    with pytest.raises(NotFoundError):
        update_subject(ws, "org", "nope", Org(name="nope"))
