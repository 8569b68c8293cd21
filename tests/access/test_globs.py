from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcptui.access.globs import ToolGlobs, literal

globs = st.lists(st.text("ab*?![]_", max_size=6), max_size=5)
names = st.text("ab_!", max_size=6)


@given(globs, names, st.randoms())
def test_order_of_globs_never_matters(listed: list[str], name: str, random: object) -> None:
    assert ToolGlobs(listed).verdict(name) == ToolGlobs(listed[::-1]).verdict(name)


@given(globs, names)
def test_a_list_that_denies_a_name_literally_never_allows_it(listed: list[str], name: str) -> None:
    assert ToolGlobs([*listed, f"!{name}"]).verdict(name) == "excludes"


@pytest.mark.parametrize(
    ("glob", "tool"),
    [
        ("push", "push"),
        ("!push", "push"),
        ("read_*", None),
        ("a[bc]", None),
        ("a?", None),
        ("what[?]", "what?"),
        ("!a[[]b]", "a[b]"),
        ("!prompts", None),
        ("!resources", None),
    ],
)
def test_a_glob_without_wildcards_is_the_name_of_a_tool(glob: str, tool: str | None) -> None:
    assert literal(glob) == tool
    if tool is not None:
        assert ToolGlobs([glob]).verdict(tool) != "omits"
