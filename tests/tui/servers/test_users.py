"""Who may use a server, and call a tool."""

from __future__ import annotations

from mcptui.access import decide
from mcptui.model import Key, Server, State
from mcptui.tui.servers.tools import ServerTool
from mcptui.tui.servers.users import Users
from tests.support.scenes import data

READ, WRITE = (ServerTool("files", name, f"files__{name}", {}) for name in ("read", "write"))
KEYS = {
    "all": Key(name="all", hash="", servers=("files",)),
    "write": Key(name="write", hash="", servers=("files",), tools={"files": ("write",)}),
    "off": Key(name="off", hash="", servers=("files",), enabled=False),
    "none": Key(name="none", hash=""),
}


def test_who_may_call_a_tool() -> None:
    users = Users(State(servers={"files": Server(name="files", command="x")}, keys=KEYS))
    assert users.by_server == {"files": ["all", "write"]}
    assert users.of_tool(READ) == ["all"]
    assert users.of_tool(WRITE) == ["all", "write"]
    assert users.of_tool(ServerTool("gone", "x", "x", {})) == []


def test_a_rule_of_the_server_counts_for_all_keys() -> None:
    server = Server(name="files", command="x", allowed_tools=("read",))
    users = Users(State(servers={"files": server}, keys=KEYS))
    assert [list(users.of_tool(tool)) for tool in (READ, WRITE)] == [["all"], []]


def test_it_says_what_access_decides() -> None:
    users = Users(data.STATE)
    enabled = [name for name, key in data.STATE.keys.items() if key.enabled]
    for server in data.STATE.servers:
        assert list(users.by_server.get(server, ())) == [
            name for name in enabled if server in decide(data.STATE, name).servers
        ]
        for name in ("read_file", "delete_all", "list_issues"):
            tool = ServerTool(server, name, name, {})
            assert list(users.of_tool(tool)) == [
                key for key in enabled if decide(data.STATE, key).allows_tool(server, name)
            ]
