from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from mcptui.access import Access, decide
from mcptui.model import Group, Key, Org, Server, State, Team, User


def state_of(
    *names: str,
    key: dict[str, Any] | None = None,
    user: dict[str, Any] | None = None,
    team: dict[str, Any] | None = None,
    org: dict[str, Any] | None = None,
    groups: dict[str, tuple[str, ...]] | None = None,
    servers: dict[str, dict[str, Any]] | None = None,
) -> State:
    """Servers a, b, … and one key "k" below user "u", team "t" and org "o", as far as they are given."""
    extra = servers or {}
    parent: dict[str, Any] = {}
    if user is not None:
        parent = {"user": "u"}
    elif team is not None:
        parent = {"team": "t"}
    elif org is not None:
        parent = {"org": "o"}
    return State(
        servers={name: Server(name=name, url="http://x/mcp", **extra.get(name, {})) for name in names},
        groups={name: Group(name=name, servers=members) for name, members in (groups or {}).items()},
        orgs={"o": Org(name="o", **org)} if org is not None else {},
        teams={"t": Team(name="t", org="o" if org is not None else None, **team)} if team is not None else {},
        users={"u": User(name="u", team="t" if team is not None else None, **user)} if user is not None else {},
        keys={"k": Key(name="k", hash="sha256:0", **parent, **(key or {}))},
    )


def access(*names: str, **levels: Any) -> Access:
    return decide(state_of(*names, **levels), "k")


def test_owner_may_use_every_enabled_server_and_all_tools() -> None:
    state = state_of("a", "b", servers={"a": {"disallowed_tools": ("*",)}, "b": {"enabled": False}})
    owner = decide(state, None)
    assert owner.servers == ("a",)
    assert owner.allows_tool("a", "anything")
    assert owner.allows_prompts("a")
    assert owner.server("a").level == "owner"
    assert not owner.tool("b", "x").allowed
    assert owner.server("b").entry == "enabled = false"


def test_nothing_said_anywhere_allows_nothing() -> None:
    seen = access("a", team={}, user={})
    assert seen.servers == ()
    decision = seen.server("a")
    assert (decision.level, decision.subject, decision.entry) == ("key", "k", None)
    assert decision.reason == "no level grants any server"


def test_star_at_one_level_allows_all() -> None:
    assert access("a", "b", team={"servers": ("*",)}).servers == ("a", "b")


def test_empty_list_allows_none() -> None:
    assert access("a", team={"servers": ("*",)}, key={"servers": ()}).servers == ()


def test_levels_intersect_and_the_outermost_refusal_decides() -> None:
    seen = access("a", "b", "c", org={"servers": ("a", "b")}, team={"servers": ("b", "c")}, key={"servers": ("c",)})
    assert seen.servers == ()
    assert seen.server("c").level == "org"
    assert seen.server("a").level == "team"
    assert seen.server("b").subject == "k"
    assert seen.server("c").reason == "org o does not allow c"


def test_innermost_level_that_allows_is_named() -> None:
    seen = access("a", org={"servers": ("a",)}, team={}, key={"servers": ("*",)})
    assert seen.server("a").entry == 'servers ["*"]'
    assert seen.server("a").level == "key"


def test_user_level_counts_and_inherits_from_team() -> None:
    seen = access("a", "b", team={"servers": ("a", "b")}, user={"servers": ("a",)}, key={})
    assert seen.servers == ("a",)
    assert seen.server("b").level == "user"


def test_key_directly_in_org() -> None:
    assert access("a", "b", org={"servers": ("b",)}).servers == ("b",)


@pytest.mark.parametrize("parent", ["user", "team", "org"])
def test_parent_that_does_not_exist_denies_everything(parent: str) -> None:
    state = state_of("a", key={"servers": ("*",)}, servers={"a": {"allow_all_keys": True}})
    lost = replace(state.keys["k"], **{parent: "gone"})  # type: ignore[arg-type]
    seen = decide(replace(state, keys={"k": lost}), "k")
    assert seen.servers == ()
    assert seen.server("a").reason == f"there is no {parent} gone"


def test_unknown_key_has_nothing() -> None:
    state = state_of("a", servers={"a": {"allow_all_keys": True}})
    assert decide(state, "nobody").servers == ()
    assert decide(state, "nobody").server("a").reason == "there is no key nobody"


def test_unknown_and_disabled_server() -> None:
    seen = access("a", key={"servers": ("*",)}, servers={"a": {"enabled": False, "allow_all_keys": True}})
    assert seen.servers == ()
    assert seen.server("a").reason == "server a is disabled"
    assert seen.server("nope").reason == "there is no server nope"
    assert not seen.allows_tool("nope", "x")
    assert not seen.allows_prompts("nope")
    assert not seen.allows_resources("a")


def test_exclusion_wins_over_star_and_over_other_levels() -> None:
    seen = access("a", "b", team={"servers": ("*", "!a")}, key={"servers": ("a", "b")})
    assert seen.servers == ("b",)
    assert seen.server("a").reason == "team t denies a with !a"


def test_list_of_exclusions_takes_away_and_grants_nothing_itself() -> None:
    assert access("a", "b", key={"servers": ("!a",)}).servers == ()
    assert access("a", "b", team={"servers": ("*",)}, key={"servers": ("!a",)}).servers == ("b",)


def test_groups_nest_exclude_and_survive_loops() -> None:
    groups = {
        "one": ("a", "@two"),
        "two": ("b", "@one", "@missing"),
        "most": ("*", "!@one"),
        "self": ("@self",),
    }
    assert access("a", "b", "c", key={"servers": ("@one",)}, groups=groups).servers == ("a", "b")
    assert access("a", "b", "c", key={"servers": ("@most",)}, groups=groups).servers == ("c",)
    assert access("a", "b", "c", key={"servers": ("*", "!@two")}, groups=groups).servers == ("c",)
    assert access("a", key={"servers": ("@self", "@missing")}, groups=groups).servers == ()


def test_allow_all_keys_admits_unless_excluded_by_name() -> None:
    open_to_all = {"a": {"allow_all_keys": True}}
    assert access("a", servers=open_to_all).servers == ("a",)
    seen = access("a", "b", key={"servers": ("b",)}, team={"servers": ()}, servers=open_to_all)
    assert seen.servers == ("a",)
    assert seen.server("a").entry == "allow_all_keys = true"
    assert access("a", team={"servers": ("!a",)}, servers=open_to_all).servers == ()


def test_open_server_still_obeys_tool_lists() -> None:
    seen = access("a", key={"tools": {"a": ("read_*",)}}, servers={"a": {"allow_all_keys": True}})
    assert seen.allows_tool("a", "read_it")
    assert not seen.allows_tool("a", "write_it")


@pytest.mark.parametrize(
    ("globs", "allowed", "denied"),
    [
        (("read_*", "!read_private"), ["read_x"], ["read_private", "write"]),
        (("!delete_*",), ["read", "write"], ["delete_all"]),
        ((), [], ["read"]),
        (("*",), ["read"], []),
        (("read", "write"), ["read", "write"], ["Read", "reader", "read\n"]),
        (("r?ad", "[wx]*"), ["read", "xylophone"], ["rad"]),
    ],
)
def test_tool_lists(globs: tuple[str, ...], allowed: list[str], denied: list[str]) -> None:
    seen = access("a", key={"servers": ("a",), "tools": {"a": globs}})
    assert [name for name in allowed + denied if seen.allows_tool("a", name)] == allowed


def test_tools_need_every_level_that_says_something() -> None:
    seen = access(
        "a",
        team={"servers": ("a",), "tools": {"a": ("read_*", "list_*")}},
        key={"tools": {"a": ("!read_private",)}},
    )
    assert seen.allows_tool("a", "read_x")
    assert seen.tool("a", "read_private").reason == "key k denies read_private of a"
    assert seen.tool("a", "write").entry == 'tools.a ["read_*", "list_*"]'
    assert seen.tool("a", "write").level == "team"
    assert seen.tool("a", "read_x").level == "key"


def test_tools_may_be_named_by_group_and_star() -> None:
    seen = access(
        "a", "b", "c",
        groups={"g": ("b",)},
        key={"servers": ("*",), "tools": {"*": ("!delete",), "@g": ("read",), "c": ("read", "delete")}},
    )  # fmt: skip
    assert seen.allows_tool("a", "write")
    assert not seen.allows_tool("a", "delete")
    assert not seen.allows_tool("b", "write")
    assert not seen.allows_tool("c", "delete")


def test_servers_own_lists() -> None:
    own = {"a": {"allowed_tools": ("read_*",), "disallowed_tools": ("read_private", "!read_more")}}
    seen = access("a", key={"servers": ("a",)}, servers=own)
    assert seen.allows_tool("a", "read_x")
    assert seen.tool("a", "write").entry == 'allowed_tools ["read_*"]'
    assert seen.tool("a", "read_private").reason == "server a denies read_private"
    assert not seen.allows_tool("a", "read_more")


def test_tool_of_refused_server_is_refused_for_that_reason() -> None:
    seen = access("a", key={"servers": (), "tools": {"a": ("*",)}})
    assert seen.tool("a", "x") == seen.server("a")


def test_tool_without_rules_follows_the_server() -> None:
    seen = access("a", key={"servers": ("a",)})
    assert seen.tool("a", "x") == seen.server("a")


def test_prompts_and_resources_follow_the_server_unless_denied() -> None:
    seen = access("a", "b", key={"servers": ("*",), "tools": {"a": ("read_*", "!prompts"), "b": ("!resources",)}})
    assert not seen.allows_prompts("a")
    assert seen.allows_resources("a")
    assert seen.allows_prompts("b")
    assert not seen.allows_resources("b")
    assert access("a", key={"servers": ("a",), "tools": {"a": ()}}).allows_prompts("a")


def test_answers_are_remembered_within_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mcptui.access.policy._REMEMBERED", 2)
    seen = access("a", key={"servers": ("a",), "tools": {"a": ("!x",)}})
    for name, allowed in [("x", False), ("x", False), ("y", True), ("z", True), ("x", False)]:
        assert seen.allows_tool("a", name) is allowed


def test_whether_something_is_hidden() -> None:
    whole = access("a", "b", key={"servers": ("a",)})
    assert [whole.sees_all("a", kind) for kind in ("tools", "prompts", "resources")] == [True, True, True]
    assert [whole.sees_all("b", kind) for kind in ("tools", "prompts", "resources")] == [False, False, False]
    parts = access("a", key={"servers": ("a",), "tools": {"a": ("!x", "!prompts")}})
    assert [parts.sees_all("a", kind) for kind in ("tools", "prompts", "resources")] == [False, False, True]
    assert not access("a", key={"servers": ("a",)}, servers={"a": {"disallowed_tools": ("x",)}}).sees_all("a", "tools")
    owner = decide(state_of("a", servers={"a": {"disallowed_tools": ("x",)}}), None)
    assert owner.sees_all("a", "tools")
