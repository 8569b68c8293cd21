"""Why a request was refused, and the smallest grant that lets it through."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcptui.access import Ref, decide
from mcptui.access.denial import Denial, Feature, denial, missing
from mcptui.access.drafts import drafted
from mcptui.model import Key, Org, Server, State, Team
from tests.support.access_states import access_state

Said = dict[str, Any]


def state(key: Said | None = None, team: Said | None = None, org: Said | None = None, **servers: Said) -> State:
    return State(
        servers={name: Server(name=name, url="http://x", **servers.get(name, {})) for name in ("git", "time")},
        orgs={"o": Org(name="o", **(org or {}))},
        teams={"t": Team(name="t", org="o", **(team or {}))},
        keys={"k": Key(name="k", hash="", team="t", **(key or {}))},
    )


def lines(now: State, feature: Feature, name: str | None = None) -> dict[str, tuple[Any, Any]]:
    """What has to stand in which level's servers and tools."""
    draft = missing(now, "k", feature, "git", name).draft
    assert draft is not None
    return {ref.kind: (found.servers, dict(found.tools or {})) for ref, found in draft.items()}


def test_a_denial_says_who_decides() -> None:
    now = state(org={"servers": ("*",)}, team={"servers": ("time",)})
    assert denial(decide(now, "k"), "tool", "git", "push") == Denial(
        "tool", "git", "push", "team", "t", 'servers ["time"]', "team t does not allow git"
    )
    assert denial(decide(now, "k"), "server", "time", None) is None
    quiet = state(org={"servers": ("*",)}, key={"tools": {"git": ("!prompts", "!resources")}})
    for feature, name in (("prompt", "greet"), ("resource", "git://one")):
        found = denial(decide(quiet, "k"), feature, "git", name)  # type: ignore[arg-type]
        assert found is not None
        assert found.reason == f"key k denies {feature}s of git"
    assert denial(decide(quiet, None), "prompt", "git", "greet") is None


def test_a_server_that_a_level_does_not_name() -> None:
    now = state(org={"servers": ("*",)}, team={"servers": ("time",)})
    assert lines(now, "server") == {"team": (("time", "git"), {})}
    assert lines(now, "tool", "push") == {"team": (("time", "git"), {"git": ("push",)})}
    assert missing(now, "k", "tool", "git", "push").words == "grant git/push to team t"
    assert lines(now, "prompt", "greet") == {"team": (("time", "git"), {})}


def test_a_rule_for_a_server_that_is_added_lets_only_the_tool_through() -> None:
    now = state(key={"servers": (), "tools": {"git": ("*", "!drop")}})
    assert lines(now, "tool", "push") == {"key": (("git",), {"git": ("!drop", "push")})}
    assert lines(now, "server") == {"key": (("git",), {"git": ("*", "!drop")})}
    excluded = state(key={"servers": ("*", "!git")})
    assert lines(excluded, "tool", "push") == {"key": (("*",), {"git": ("push",)})}


def test_nobody_names_any_server() -> None:
    assert lines(state(), "server") == {"key": (("git",), {})}
    assert lines(state(), "tool", "push") == {"key": (("git",), {"git": ("push",)})}
    assert lines(state(key={"servers": ("!git",)}), "server") == {"key": (("git",), {})}


def test_several_levels_are_in_the_way() -> None:
    now = state(org={"servers": ("time",)}, team={"servers": ("*", "!git")}, key={"servers": ()})
    assert lines(now, "server") == {
        "org": (("time", "git"), {}),
        "team": (("*",), {}),
        "key": (("git",), {}),
    }
    assert missing(now, "k", "server", "git").words == "grant server git to org o and team t and key k"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (("read",), ("read", "push")),
        ((), ("push",)),
        (("read", "!push"), ("read", "push")),
        (("*", "!push"), ("*",)),
        (("!push", "!drop"), ("!drop",)),
        (("!push",), None),
    ],
)
def test_tools_that_a_list_does_not_allow(before: tuple[str, ...], after: tuple[str, ...] | None) -> None:
    now = state(key={"servers": ("*",), "tools": {"git": before, "time": ("now",)}})
    rules = {} if after is None else {"git": after}
    assert lines(now, "tool", "push") == {"key": (("*",), {"time": ("now",), **rules})}


def test_the_last_rule_leaves_no_table() -> None:
    draft = missing(state(key={"servers": ("*",), "tools": {"git": ("!push",)}}), "k", "tool", "git", "push").draft
    assert draft is not None
    assert draft[Ref("key", "k")].tools is None


def test_names_are_no_patterns() -> None:
    now = state(key={"servers": ("*",), "tools": {"git": ()}})
    assert lines(now, "tool", "p*") == {"key": (("*",), {"git": ("p[*]",)})}


def test_prompts_and_resources() -> None:
    now = state(key={"servers": ("*",), "tools": {"git": ("read", "!prompts", "!resources")}})
    assert lines(now, "prompt", "greet") == {"key": (("*",), {"git": ("read", "!resources")})}
    assert lines(now, "resource", "git://1") == {"key": (("*",), {"git": ("read", "!prompts")})}


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (state(key={"servers": ("*",)}, git={"enabled": False}), "server git is disabled"),
        (state(key={"servers": ("*",)}, git={"disallowed_tools": ("p*",)}), "server git denies push"),
        (state(key={"servers": ("*",), "tools": {"git": ("!p*",)}}), "key k denies push of git"),
        (state(key={"servers": ("*",), "tools": {"*": ("read",)}}), "key k does not allow push of git"),
        (state(key={"servers": ("*", "!*")}), "key k denies git with !*"),
    ],
)
def test_what_no_grant_alone_changes(now: State, words: str) -> None:
    found = missing(now, "k", "tool", "git", "push")
    assert found.draft is None
    assert (found.reason, found.words) == (words, f"{words}; no grant alone changes that")


def test_what_is_allowed_by_now() -> None:
    found = missing(state(key={"servers": ("*",)}), Ref("key", "k"), "tool", "git", "push")
    assert (found.reason, found.draft, found.words) == ("", None, "key k has access to git/push now")


def test_parents_that_do_not_exist() -> None:
    lost = State(servers={"git": Server(name="git", url="x")}, keys={"k": Key(name="k", hash="", team="gone")})
    assert missing(lost, "k", "server", "git").draft is None
    assert missing(lost, "nobody", "server", "git").draft is None


TOOLS = ("read", "read_private", "write")
features = st.sampled_from(["server", "tool", "prompt", "resource"])


@given(st.integers(0, 20_000), features, st.sampled_from(["a", "b", "c"]), st.sampled_from(TOOLS))
def test_a_draft_allows_what_was_missing_and_no_other_tool_of_the_key(
    seed: int, feature: Feature, server: str, tool: str
) -> None:
    servers = {name: Server(name=name, url="http://x") for name in ("a", "b", "c")}
    now = access_state(seed, servers, Key(name="k", hash=""))
    name = None if feature == "server" else tool
    refused = denial(decide(now, "k"), feature, server, name)
    found = missing(now, "k", feature, server, name)
    if refused is None:
        assert found.draft is None
        return
    assert found.reason == refused.reason
    if found.draft is None:
        return
    before, after = decide(now, "k"), decide(drafted(now, found.draft), "k")
    assert denial(after, feature, server, name) is None
    assert set(before.servers) <= set(after.servers) <= {*before.servers, server}
    if feature == "tool":
        gained = {(s, t) for s in servers for t in TOOLS if after.allows_tool(s, t) and not before.allows_tool(s, t)}
        assert gained == {(server, tool)}
    else:
        assert all(
            after.allows_tool(s, t) for s in before.servers for t in TOOLS if s != server and before.allows_tool(s, t)
        )
