"""Granting and revoking in bulk, before anything is saved."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcptui.access import Ref, decide
from mcptui.access.drafts import drafted, granted, limits, revoked
from mcptui.access.subjects import subject
from mcptui.model import Group, Key, Org, Server, State, Team
from tests.support.access_states import access_state

K, T = Ref("key", "k"), Ref("team", "t")
SERVERS = {name: Server(name=name, url="http://x") for name in ("a", "b", "c")}
Listed = tuple[str, ...] | None


def state(key: Listed = None, team: Listed = None, org: Listed = None, **servers: Any) -> State:
    return State(
        servers={name: Server(name=name, url="http://x", **servers.get(name, {})) for name in ("a", "b", "c")},
        groups={"g": Group(name="g", servers=("a", "b"))},
        orgs={"o": Org(name="o", servers=org)},
        teams={"t": Team(name="t", org="o", servers=team)},
        keys={"k": Key(name="k", hash="", team="t", servers=key)},
    )


def after(draft: Any, ref: Ref = K) -> Any:
    return draft[ref].servers if ref in draft else "unchanged"


@pytest.mark.parametrize(
    ("before", "above", "entries", "expected"),
    [
        # A list that limits gets the entry, once.
        (("a",), None, ["b"], ("a", "b")),
        (("a",), None, ["a"], "unchanged"),
        ((), None, ["a", "@g"], ("a", "@g")),
        (("*",), None, ["a", "@g", "*"], "unchanged"),
        (("@g",), None, ["a"], "unchanged"),
        # An exclusion goes.
        (("*", "!a"), None, ["a"], ("*",)),
        (("b", "!a"), None, ["a"], ("b", "a")),
        # A level that is not set starts a list only where nobody above has one.
        (None, None, ["a"], ("a",)),
        (None, ("*",), ["a"], "unchanged"),
        (None, ("b",), ["a"], "unchanged"),
        (("!b",), ("*",), ["a"], "unchanged"),
        (("!a",), ("*",), ["a"], None),
        (("!a", "!b"), ("*",), ["a"], ("!b",)),
        (("!a",), None, ["a"], ("a",)),
    ],
)
def test_granting_to_a_key(before: Listed, above: Listed, entries: list[str], expected: object) -> None:
    assert after(granted(state(key=before, team=above), [K], entries)) == expected


@pytest.mark.parametrize(
    ("before", "above", "entries", "expected"),
    [
        (("a", "b"), None, ["a"], ("b",)),
        (("a",), None, ["a"], ()),
        (("a",), None, ["b"], "unchanged"),
        (("*",), None, ["a"], ("*", "!a")),
        (("a", "@g"), None, ["a"], ("@g", "!a")),
        (("@g", "c"), None, ["@g"], ("c",)),
        (("@g", "a"), None, ["@g"], ("a", "!@g")),
        (None, ("*",), ["a"], ("!a",)),
        (None, ("b",), ["a"], "unchanged"),
        (("!a",), ("*",), ["a"], "unchanged"),
        (("a",), ("b",), ["a"], ()),
        (("a", "!b"), ("*",), ["a"], ("a", "!b", "!a")),
        ((), ("*",), ["a"], "unchanged"),
        (("*",), None, ["*"], ()),
    ],
)
def test_revoking_from_a_key(before: Listed, above: Listed, entries: list[str], expected: object) -> None:
    assert after(revoked(state(key=before, team=above), [K], entries)) == expected


def test_what_is_open_to_all_keys_is_excluded_by_name() -> None:
    open_to_all = state(key=("a",), a={"allow_all_keys": True})
    assert after(revoked(open_to_all, [K], ["a"])) == ("a", "!a"), "and not b, which the team may allow"
    assert after(revoked(state(key=(), a={"allow_all_keys": True}), [K], ["a"])) == ("a", "!a")


def test_several_at_once_and_nobody() -> None:
    now = state(key=("a",), team=("a",))
    draft = granted(now, [K, T, Ref("user", "nobody")], ["b"])
    assert set(draft) == {K, T}
    assert decide(drafted(now, draft), "k").servers == ("a", "b")
    assert granted(now, [], ["b"]) == {}


def test_what_limits() -> None:
    assert [limits(servers) for servers in (None, (), ("a",), ("!a",), ("!a", "b"))] == [False, True, True, False, True]


seeds, refs = st.integers(0, 10_000), st.sampled_from([K, T, Ref("org", "o"), Ref("user", "u")])


@given(seeds, refs, st.sampled_from(["a", "b", "c"]))
def test_what_is_withdrawn_is_gone_for_everybody_below_and_nothing_else_changes(
    seed: int, ref: Ref, server: str
) -> None:
    now = access_state(seed, SERVERS, Key(name="k", hash=""))
    then = drafted(now, revoked(now, [ref], [server]))
    assert not decide(then, ref).allows_server(server)
    assert set(decide(then, ref).servers) == set(decide(now, ref).servers) - {server}


@given(seeds, refs, st.sampled_from(["a", "b", "c", "@g", "*"]))
def test_granting_never_takes_anything_away(seed: int, ref: Ref, entry: str) -> None:
    now = access_state(seed, SERVERS, Key(name="k", hash=""))
    found = subject(now, ref)
    assert found is not None
    draft = granted(now, [ref], [entry])
    assert set(draft) <= {ref}
    then = drafted(now, draft)
    assert set(decide(now, ref).servers) <= set(decide(then, ref).servers)
    assert granted(then, [ref], [entry]) == {}, "granting twice is granting once"
