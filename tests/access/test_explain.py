from __future__ import annotations

from mcptui.access import Row, explain
from mcptui.model import GatewaySettings, Group, Key, Org, Server, State, Team

STATE = State(
    gateway=GatewaySettings(separator="__"),
    servers={
        "deepwiki": Server(name="deepwiki", url="https://mcp.deepwiki.com/mcp"),
        "github": Server(name="github", url="https://github.example/mcp"),
        "git": Server(name="git", command="git", prefix="git__hub", disallowed_tools=("push",)),
        "bare": Server(name="bare", command="bare", prefix=""),
        "off": Server(name="off", command="off", enabled=False),
    },
    groups={"reading": Group(name="reading", servers=("deepwiki",))},
    orgs={"acme": Org(name="acme", servers=("@reading", "github", "bare"))},
    teams={
        "data": Team(name="data", org="acme", servers=("@reading",)),
        "ops": Team(name="ops", org="acme", servers=("!deepwiki",), tools={"github": ("!delete_*",)}),
        "idle": Team(name="idle"),
    },
    keys={
        "cursor-laptop": Key(name="cursor-laptop", hash="", team="data", servers=("deepwiki",)),
        "ops": Key(name="ops", hash="", team="ops"),
        "new": Key(name="new", hash="", team="idle"),
        "none": Key(name="none", hash="", team="data", servers=()),
        "lost": Key(name="lost", hash="", team="gone"),
    },
)


def test_a_denied_tool() -> None:
    told = explain(STATE, "cursor-laptop", "github", "delete_repo")
    assert (told.who, told.subject, told.allowed) == ("key cursor-laptop", "tool github__delete_repo", False)
    assert told.rows == (
        Row("org", "acme", 'servers ["@reading", "github", "bare"]', "allows github"),
        Row("team", "data", 'servers ["@reading"]', "does not allow github", decides=True),
        Row("key", "cursor-laptop", 'servers ["deepwiki"]', "(would not allow github either)"),
    )
    assert told.reason == "team data does not allow github"


def test_tool_rows_stand_under_the_server_rows() -> None:
    told = explain(STATE, "ops", tool="github__delete_repo")
    assert not told.allowed
    assert told.rows == (
        Row("org", "acme", 'servers ["@reading", "github", "bare"]', "allows github"),
        Row("team", "ops", 'servers ["!deepwiki"]', "not set"),
        Row("key", "ops", "", "not set"),
        Row("team", "ops", 'tools.github ["!delete_*"]', "denies delete_repo", decides=True),
    )


def test_names_as_clients_see_them() -> None:
    assert explain(STATE, None, tool="git__hub__push").subject == "tool git__hub__push"
    assert explain(STATE, None, tool="git__hub__push").allowed
    assert explain(STATE, "ops", "bare", "x").subject == "tool x"
    unknown = explain(STATE, "ops", tool="x")
    assert (unknown.allowed, unknown.rows, unknown.reason) == (False, (), "no server has the prefix of x")
    assert explain(STATE, "ops", "nope", "x").reason == "there is no server nope"


def test_owner() -> None:
    told = explain(STATE, None, "github")
    assert (told.who, told.subject, told.allowed) == ("owner", "server github", True)
    assert told.rows == (Row("owner", None, "", "the owner has access to every enabled server", decides=True),)


def test_overview() -> None:
    told = explain(STATE, "cursor-laptop")
    assert told.allowed
    assert told.reason == "effective: deepwiki"
    assert [row.effect for row in told.rows] == [
        "allows deepwiki, github, bare", "allows deepwiki", "allows deepwiki",
    ]  # fmt: skip
    assert [row.effect for row in explain(STATE, "ops").rows][1:] == ["denies deepwiki", "not set"]
    assert explain(STATE, "none").rows[-1].effect == "allows none"
    assert explain(STATE, "new").reason == "effective: no servers"
    assert explain(STATE, "lost").rows[0].effect == "does not exist, so all is denied"
    assert explain(STATE, None).reason == "effective: deepwiki, github, git, bare"
