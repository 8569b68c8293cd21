from __future__ import annotations

import pytest

from mcptui.errors import NotFoundError, RefusedError
from mcptui.model import Group, Server, Team
from mcptui.services.groups import create_group, remove_group, update_group, who_uses_group
from mcptui.services.servers import add_server
from mcptui.services.subjects import create_subject
from mcptui.services.workspace import Workspace


@pytest.fixture
def used(ws: Workspace) -> Workspace:
    """Group reading, which a team and another group name."""
    add_server(ws, Server(name="a", command="x"))
    create_group(ws, Group(name="reading", servers=("a",)))
    create_group(ws, Group(name="all", servers=("@reading", "!a")))
    create_subject(ws, Team(name="data", servers=("@reading",), tools={"a": ("x",)}))
    create_subject(ws, Team(name="rest", servers=("a", "!@reading")))
    return ws


def test_a_new_name_is_followed(used: Workspace) -> None:
    group = used.load().state.groups["reading"]
    change = update_group(used, "reading", Group(name="books", servers=group.servers, description="x"))
    state = used.load().state
    assert change.summary == "Group reading renamed to books"
    assert list(state.groups) == ["books", "all"]
    assert state.groups["all"].servers == ("@books", "!a")
    assert (state.teams["data"].servers, state.teams["rest"].servers) == (("@books",), ("a", "!@books"))
    used.undo(change)
    assert used.load().state.teams["data"].servers == ("@reading",)


def test_removed_and_named_nowhere(used: Workspace) -> None:
    assert who_uses_group(used.load().state, "reading") == ["team data", "team rest", "group all"]
    remove_group(used, "reading")
    state = used.load().state
    assert (state.teams["data"].servers, state.teams["rest"].servers) == ((), ("a",))
    assert state.groups["all"].servers == ("!a",)
    assert not used.load().problems


def test_refusals(used: Workspace) -> None:
    with pytest.raises(RefusedError, match="exists"):
        create_group(used, Group(name="reading"))
    with pytest.raises(RefusedError, match="letters, digits"):
        create_group(used, Group(name="not ok"))
    with pytest.raises(NotFoundError, match='no server "b"'):
        create_group(used, Group(name="x", servers=("b",)))
    with pytest.raises(NotFoundError, match='no group "x"'):
        update_group(used, "reading", Group(name="reading", servers=("a", "@x")))
    with pytest.raises(RefusedError, match="exists"):
        update_group(used, "reading", Group(name="all"))
    with pytest.raises(NotFoundError, match='no group "x"'):
        update_group(used, "x", Group(name="x"))
    with pytest.raises(NotFoundError, match='no group "x"'):
        remove_group(used, "x")
