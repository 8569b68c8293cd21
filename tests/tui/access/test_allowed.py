"""What the allowed-server boxes show and do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcptui.access.subjects import Ref
from mcptui.model import Group, Key, Org, Server, State, Team
from mcptui.tui.access.allowed import Allowed, box_rows, denied, difference, entries, toggled
from mcptui.tui.widgets.box_list import Box

STATE = State(
    servers={
        "a": Server(name="a", url="https://a"),
        "b": Server(name="b", url="https://b"),
        "c": Server(name="c", url="https://c", enabled=False),
        "d": Server(name="d", url="https://d", allow_all_keys=True),
    },
    groups={"g": Group(name="g", servers=("a", "b")), "none": Group(name="none")},
    orgs={"acme": Org(name="acme", servers=("a",))},
    teams={"data": Team(name="data", org="acme", servers=("a", "b"))},
    keys={"k": Key(name="k", hash="", team="data"), "lone": Key(name="lone", hash="")},
)


def shown(ref: Ref, allowed: Allowed) -> dict[str, tuple[str, str]]:
    return {row.id: (row.box.value, row.note) for row in box_rows(STATE, ref, allowed)}


def test_a_key_that_says_nothing_shows_what_it_inherits() -> None:
    assert shown(Ref("key", "k"), None) == {
        "*": ("[ ]", ""),
        "@g": ("[ ]", "a, b"),
        "@none": ("[ ]", "empty"),
        "a": ("[+]", "via team data"),
        "b": ("[ ]", "not granted by org acme"),
        "c": ("[ ]", "server c is disabled"),
        "d": ("[+]", "server d allows all keys"),
    }


def test_ticked_boxes_say_what_limits_them() -> None:
    rows = shown(Ref("key", "k"), ("a", "b", "!d"))
    assert rows["a"] == ("[x]", "")
    assert rows["b"] == ("[!]", "limited by org acme")
    assert rows["d"] == ("[!]", "denied explicitly")


def test_groups_and_everything_cover_servers() -> None:
    rows = shown(Ref("org", "acme"), ("@g", "gone", "@lost"))
    assert rows["@g"] == ("[x]", "a, b")
    assert rows["a"] == ("[+]", "via @g")
    assert rows["gone"] == ("[x]", "does not exist")
    assert rows["@lost"] == ("[x]", "does not exist")
    rows = shown(Ref("org", "acme"), ("*",))
    assert rows["*"] == ("[x]", "including future servers")
    assert rows["b"] == ("[+]", "via *")
    assert rows["c"] == ("[ ]", "server c is disabled")


def test_a_key_without_any_level_allows_nothing() -> None:
    assert shown(Ref("key", "lone"), None)["a"] == ("[ ]", "not granted")
    assert shown(Ref("key", "lone"), ())["a"] == ("[ ]", "")
    assert shown(Ref("team", "data"), None)["a"] == ("[+]", "via org acme")


def test_only_changed_boxes_are_marked() -> None:
    rows = box_rows(STATE, Ref("team", "data"), ("a", "c"))
    assert [row.id for row in rows if row.dirty] == ["b", "c"]
    assert all(row.dirty for row in box_rows(STATE, Ref("team", "data"), None))
    assert not any(row.dirty for row in box_rows(STATE, Ref("team", "data"), ("b", "a")))


ENTRIES = st.sampled_from(["*", "@g", "a", "b", "!a", "x"])
LISTS = st.none() | st.lists(ENTRIES, unique=True, max_size=5).map(tuple)


@given(LISTS, st.sampled_from(["*", "@g", "a", "b"]))
def test_a_box_pressed_twice_says_the_same_as_before(allowed: Allowed, entry: str) -> None:
    once = toggled(allowed, entry)
    assert once is not None
    rows = {row.id: row.box for row in box_rows(STATE, Ref("key", "lone"), once)}
    was_named = entry in (allowed or ()) or f"!{entry}" in (allowed or ())
    assert (rows[entry] is Box.ON) is not was_named
    assert set(entries(STATE, once)) >= {"*", "@g", "a", "b"}


@given(LISTS, st.sampled_from(["a", "b"]))
def test_excluding_twice_leaves_no_trace(allowed: Allowed, entry: str) -> None:
    once = denied(allowed, entry)
    twice = denied(once, entry)
    assert entry not in (once or ())
    assert (f"!{entry}" in (once or ())) is not (f"!{entry}" in (allowed or ()))
    assert entry not in (twice or ())


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (("a",), ("a",), "no change"),
        (("a", "b"), ("a", "c"), "+c −b"),
        (None, ("a",), "+a"),
        (None, (), "none (was: not set)"),
        (("a",), (), "−a (now none)"),
        (("a",), None, "not set (was: a)"),
        ((), None, "not set (was: none)"),
        (("a", "b"), ("b", "a"), "new order"),
    ],
)
def test_differences_in_words(before: Allowed, after: Allowed, words: str) -> None:
    assert difference(before, after) == words
