"""What differs between two trees, and that making the differences leads from one to the other."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcptui.state.edits import ABSENT, Edit, apply, differences, value_at, without_empty

Tree = dict[str, Any]


@pytest.mark.parametrize(
    ("old", "new", "edits"),
    [
        ({}, {}, []),
        ({"a": 1}, {"a": 1}, []),
        ({"a": 1}, {"a": 2}, [Edit(("a",), 1, 2)]),
        ({"a": 1}, {}, [Edit(("a",), 1, ABSENT)]),
        ({}, {"a": 1}, [Edit(("a",), ABSENT, 1)]),
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": 1, "c": 3}}, [Edit(("a", "c"), 2, 3)]),
        # A table that comes or goes is one edit; so is a list, whatever differs in it.
        ({}, {"a": {"b": 1}}, [Edit(("a",), ABSENT, {"b": 1})]),
        ({"a": {"b": 1}}, {"a": 1}, [Edit(("a",), {"b": 1}, 1)]),
        ({"a": [1, 2]}, {"a": [1, 3]}, [Edit(("a",), [1, 2], [1, 3])]),
        ({"a": [{"b": 1}]}, {"a": [{"b": 2}]}, [Edit(("a",), [{"b": 1}], [{"b": 2}])]),
        # What goes comes before what is new, in the order of each.
        ({"b": 1, "a": 1}, {"d": 1, "c": 1, "a": 2}, [
            Edit(("b",), 1, ABSENT), Edit(("a",), 1, 2), Edit(("d",), ABSENT, 1), Edit(("c",), ABSENT, 1),
        ]),
    ],
)  # fmt: skip
def test_differences(old: Tree, new: Tree, edits: list[Edit]) -> None:
    assert list(differences(old, new)) == edits


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ((), {"a": {"b": None}, "c": [1]}),
        (("a",), {"b": None}),
        (("a", "b"), None),
        (("a", "x"), ABSENT),
        (("a", "b", "x"), ABSENT),
        (("c", "0"), ABSENT),
        (("x", "y"), ABSENT),
    ],
)
def test_the_value_at_a_path(path: tuple[str, ...], value: Any) -> None:
    found = value_at({"a": {"b": None}, "c": [1]}, path)
    assert found is value if value is ABSENT else found == value


def test_an_edit_makes_the_tables_that_lead_to_it() -> None:
    tree: Tree = {}
    apply(tree, Edit(("a", "b", "c"), ABSENT, 1))
    assert tree == {"a": {"b": {"c": 1}}}
    apply(tree, Edit(("a", "b", "c"), 1, ABSENT))
    assert tree == {"a": {"b": {}}}
    apply(tree, Edit(("a", "x"), 1, ABSENT))  # what is not there need not go
    assert without_empty(tree) == {}


@pytest.mark.parametrize(
    ("tree", "kept"),
    [
        ({"a": {}}, {}),
        ({"a": {"b": {}}}, {}),
        ({"a": {"b": {}, "c": 1}}, {"a": {"c": 1}}),
        # Only tables: an empty list or text says something.
        ({"a": [], "b": "", "c": 0, "d": False}, {"a": [], "b": "", "c": 0, "d": False}),
    ],
)
def test_empty_tables_are_as_good_as_none(tree: Tree, kept: Tree) -> None:
    assert without_empty(tree) == kept


_KEYS = st.sampled_from(["a", "b", "c"])
_TREES: st.SearchStrategy[Tree] = st.dictionaries(
    _KEYS,
    st.recursive(
        st.integers(0, 2) | st.lists(st.integers(0, 1), max_size=1), lambda inner: st.dictionaries(_KEYS, inner)
    ),
)


@given(_TREES, _TREES)
def test_the_differences_lead_from_one_to_the_other(old: Tree, new: Tree) -> None:
    tree = deepcopy(old)
    for edit in differences(old, new):
        assert value_at(old, edit.path) == edit.old
        apply(tree, deepcopy(edit))
    assert without_empty(tree) == without_empty(new)
