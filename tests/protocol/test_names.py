from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcptui.protocol.names import MAX_LENGTH, Source, expose, shorten

ACCEPTED = re.compile(r"[A-Za-z0-9_-]{1,64}")

tool_names = st.lists(
    st.sampled_from(["a", "b", "b__c", "c", "a__b", "ü", "x" * 80, "read.file", ""]), max_size=5, unique=True
)
server_names = st.sampled_from(["a", "b", "a__b", "a_b", "docs", "y" * 32])
modes = st.sampled_from(["always", "conflict", "never"])


@st.composite
def source_lists(draw: st.DrawFn) -> list[Source]:
    servers = draw(st.lists(server_names, max_size=5, unique=True))
    return [
        Source(server, draw(st.sampled_from([server, server, "", "p"])), draw(tool_names), explicit=draw(st.booleans()))
        for server in servers
    ]


@given(source_lists(), modes)
def test_every_tool_has_one_name_of_its_own(sources: list[Source], mode: str) -> None:
    table = expose(sources, separator="__", mode=mode)  # type: ignore[arg-type]
    owned = {(source.server, name) for source in sources for name in source.names}
    assert set(table.values()) == owned
    assert len(table) == len(owned)
    assert all(ACCEPTED.fullmatch(name) for name in table)


@given(source_lists(), modes, st.integers(0, 5))
def test_another_server_renames_nothing(sources: list[Source], mode: str, count: int) -> None:
    before = expose(sources[:count], separator="__", mode=mode)  # type: ignore[arg-type]
    after = expose(sources, separator="__", mode=mode)  # type: ignore[arg-type]
    assert before.items() <= after.items()


@given(st.text())
def test_shortening_is_stable_and_accepted(name: str) -> None:
    short = shorten(name)
    assert ACCEPTED.fullmatch(short)
    assert shorten(name) == short
    assert shorten(short) == short


@given(st.lists(st.text("ab.ü", min_size=60, max_size=90), unique=True))
def test_different_long_names_stay_different(names: list[str]) -> None:
    assert len({shorten(name) for name in names}) == len(names)


def test_names_of_two_servers_that_read_alike() -> None:
    table = expose([Source("a_b", "a_b", ["c"]), Source("a", "a", ["b_c"])], separator="_", mode="always")
    assert table["a_b_c"] == ("a_b", "c")
    assert sorted(table.values()) == [("a", "b_c"), ("a_b", "c")]


@pytest.mark.parametrize(
    ("mode", "names"),
    [
        ("always", ["one__x", "two__x", "two__y"]),
        ("conflict", ["x", "two__x", "y"]),
    ],
)
def test_modes(mode: str, names: list[str]) -> None:
    sources = [Source("one", "one", ["x"]), Source("two", "two", ["x", "y"])]
    assert list(expose(sources, separator="__", mode=mode)) == names  # type: ignore[arg-type]


def test_without_prefixes_the_second_gets_a_digest() -> None:
    first, second = expose([Source("one", "one", ["x"]), Source("two", "two", ["x"])], separator="__", mode="never")
    assert first == "x"
    assert re.fullmatch(r"x_[0-9a-f]{8}", second)


def test_a_prefix_that_the_state_sets_stays_in_every_mode() -> None:
    sources = [Source("one", "p", ["x"], explicit=True), Source("two", "", ["y"], explicit=True)]
    assert list(expose(sources, separator="-", mode="never")) == ["p-x", "y"]


def test_a_long_name_keeps_its_beginning() -> None:
    assert shorten("a" * 100).startswith("a" * 55)
    assert len(shorten("a" * 100)) == MAX_LENGTH
