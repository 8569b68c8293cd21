from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mcp.types.methods import parse_server_result, validate_server_result

from mcptui.protocol.listed.items import FEATURES, KINDS, PROMPTS, RESOURCES, TEMPLATES, TOOLS, Kind, is_sayable, item
from mcptui.protocol.versions import Era

ICON: dict[str, Any] = {"src": "https://x/i.png", "mimeType": "image/png", "sizes": ["48x48", "any"], "theme": "dark"}
SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "properties": {"a": {"type": "string", "pattern": "^a", "enum": ["a"]}, "b": {"$ref": "#/$defs/B"}},
    "required": ["a"],
    "$defs": {"B": {"type": ["integer", "null"], "minimum": 1, "anyOf": [{"type": "integer"}, {"type": "null"}]}},
}
COMMON: dict[str, Any] = {"title": "T", "description": "D", "icons": [ICON], "_meta": {"x": None}, "vendor": None}
NOTED: dict[str, Any] = {"audience": ["user"], "priority": 0.5, "lastModified": "2025-01-12T15:00:58Z", "vendor": 1}
SOUND: dict[Kind, dict[str, Any]] = {
    TOOLS: {
        "name": "t",
        **COMMON,
        "inputSchema": SCHEMA,
        "outputSchema": SCHEMA,
        "annotations": {"title": "T", "readOnlyHint": True, "destructiveHint": False, "vendor": 1},
        "execution": {"taskSupport": "optional"},
    },
    PROMPTS: {
        "name": "p",
        **COMMON,
        "arguments": [{"name": "a", "title": "A", "description": "D", "required": True, "vendor": 1}],
    },
    RESOURCES: {"uri": "a:b", "name": "r", **COMMON, "mimeType": "text/plain", "size": 5, "annotations": NOTED},
    TEMPLATES: {"uriTemplate": "a:{x}", "name": "r", **COMMON, "mimeType": "text/plain", "annotations": NOTED},
}
ORDERED = sorted(KINDS.values())
ERAS: tuple[Era, ...] = ("handshake", "stateless")
VERSIONS: dict[Era, tuple[str, ...]] = {
    "handshake": ("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"),
    "stateless": ("2026-07-28",),
}


def typed_clients_read(kind: Kind, items: list[Any], era: Era) -> None:
    for version in VERSIONS[era]:
        result: dict[str, Any] = {kind.member: items}
        if era == "stateless":
            result |= {"resultType": "complete", "ttlMs": 0, "cacheScope": "private"}
        validate_server_result(kind.method, version, result)
        parse_server_result(kind.method, version, result)


@pytest.mark.parametrize("kind", ORDERED, ids=lambda kind: kind.member)
@pytest.mark.parametrize("era", ERAS)
def test_a_sound_entry_is_the_same_object(kind: Kind, era: Era) -> None:
    remarks: list[str] = []
    assert item(kind, SOUND[kind], era, remarks) is SOUND[kind]
    assert remarks == []
    typed_clients_read(kind, [SOUND[kind]], era)


@pytest.mark.parametrize("kind", ORDERED, ids=lambda kind: kind.member)
@pytest.mark.parametrize("value", [None, "text", 5, [], {}, {"title": "no name"}])
def test_of_some_entries_nothing_can_be_made(kind: Kind, value: Any) -> None:
    remarks: list[str] = []
    assert item(kind, value, "handshake", remarks) is None
    assert len(remarks) == 1
    assert item(kind, {**SOUND[kind], kind.name: "a\ud800"}, "handshake", []) is None


#: In place of a member that is left out.
NONE: Any = object()
NOTED_KINDS = (RESOURCES, TEMPLATES)
#: Kinds, member, (what a server has there, what clients get).
BROKEN: list[tuple[tuple[Kind, ...], str, list[tuple[Any, Any]]]] = [
    (tuple(ORDERED), "description", [(None, NONE), (5, NONE), (["a"], NONE), ({}, NONE)]),
    (tuple(ORDERED), "title", [(None, NONE), (True, NONE)]),
    (tuple(ORDERED), "_meta", [(None, NONE), ([], NONE), ("x", NONE)]),
    (tuple(ORDERED), "icons", [(None, NONE), ({}, NONE), ("x", NONE), ([None, "x", {}, {"src": 5}, ICON], [ICON])]),
    (tuple(ORDERED), "icons", [([{"src": "x", "sizes": "1x1 any"}], [{"src": "x", "sizes": ["1x1", "any"]}])]),
    (tuple(ORDERED), "icons", [([{"src": "x", "theme": "blue", "own": 1}], [{"src": "x", "own": 1}])]),
    ((TOOLS, *NOTED_KINDS), "annotations", [(None, NONE), ([], NONE), ("x", NONE)]),
    ((TOOLS,), "annotations", [({"readOnlyHint": "true", "title": None, "own": 1}, {"own": 1})]),
    (NOTED_KINDS, "annotations", [({"audience": ["user", "system"], "priority": 5}, {"audience": ["user"]})]),
    (NOTED_KINDS, "annotations", [({"audience": "user", "priority": True}, {}), ({"lastModified": None}, {})]),
    (NOTED_KINDS, "annotations", [({"lastModified": "2025-01-12"}, {}), ({"lastModified": "2025-01-12T15:00:58"}, {})]),
    (NOTED_KINDS, "annotations", [({"lastModified": "2025-13-12T15:00:58Z"}, {}), ({"lastModified": 5}, {})]),
    (NOTED_KINDS, "mimeType", [(None, NONE), ([], NONE)]),
    (NOTED_KINDS, "name", [(None, "T"), (5, "T")]),
    ((RESOURCES,), "size", [(None, NONE), ("5", NONE), (5.5, NONE), (True, NONE)]),
    ((TOOLS,), "outputSchema", [(None, NONE), ([], NONE), ({"type": "object", "required": None}, {"type": "object"})]),
    ((TOOLS,), "inputSchema", [(None, {"type": "object"}), ("{}", {"type": "object"})]),
    ((TOOLS,), "execution", [(None, NONE), ({"taskSupport": True}, {})]),
    ((PROMPTS,), "arguments", [(None, NONE), ({}, NONE), ("x", NONE), ([None, "a", {}, {"name": None}], [])]),
    ((PROMPTS,), "arguments", [([{"name": "a", "required": "yes", "own": 1}], [{"name": "a", "own": 1}])]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "member", "given", "taken"),
    [(kind, member, *case) for kinds, member, cases in BROKEN for kind in kinds for case in cases],
)
@pytest.mark.parametrize("era", ERAS)
def test_members_are_mended_or_left_out(kind: Kind, member: str, given: Any, taken: Any, era: Era) -> None:
    remarks: list[str] = []
    broken = {**SOUND[kind], member: given}
    before = copy.deepcopy(broken)
    found = item(kind, broken, era, remarks)
    expected = {**SOUND[kind], member: taken}
    if taken is NONE:
        del expected[member]
    assert found == expected
    assert broken == before
    assert remarks
    assert all(remark.startswith(f"{kind.word} {SOUND[kind][kind.name]!r}: {member}") for remark in remarks)
    typed_clients_read(kind, [found], era)


def test_names_that_are_missing() -> None:
    assert item(RESOURCES, {"uri": "a:b"}, "handshake", []) == {"uri": "a:b", "name": "a:b"}
    assert item(TEMPLATES, {"uriTemplate": "a:{x}", "title": "T"}, "handshake", []) == {
        "uriTemplate": "a:{x}",
        "title": "T",
        "name": "T",
    }
    assert item(TOOLS, {"name": "t"}, "handshake", []) == {"name": "t", "inputSchema": {"type": "object"}}


def test_names_that_a_header_can_carry() -> None:
    assert is_sayable("")
    assert is_sayable("ä")
    assert not is_sayable("\ud800")
    assert not is_sayable(5)


values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5)
    | st.sampled_from(["object", "string", "int", "#", "2025-01-12", "user"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["type", "properties", "required", "items", "$ref", "src", "name", "a"]), inner, max_size=3
    ),
    max_leaves=8,
)  # fmt: skip


@st.composite
def almost_sound(draw: st.DrawFn, value: Any) -> Any:
    """``value`` with something else in some of its places, at any depth."""
    if draw(st.integers(0, 5)) == 0:
        return draw(values)
    if isinstance(value, dict):
        return {name: draw(almost_sound(inner)) for name, inner in value.items() if draw(st.integers(0, 9))}
    if isinstance(value, list):
        return [draw(almost_sound(inner)) for inner in value]
    return value


@pytest.mark.parametrize("kind", ORDERED, ids=lambda kind: kind.member)
@pytest.mark.parametrize("era", ERAS)
def test_whatever_is_listed_typed_clients_read_it(kind: Kind, era: Era) -> None:
    @given(st.lists(almost_sound(SOUND[kind]), max_size=4))
    def check(listed: list[Any]) -> None:
        before = copy.deepcopy(listed)
        remarks: list[str] = []
        taken = [found for each in listed if (found := item(kind, each, era, remarks)) is not None]
        assert listed == before
        typed_clients_read(kind, taken, era)
        # What was made of it is sound itself.
        assert all(item(kind, each, era, []) is each for each in taken)

    check()


def test_the_lists_and_the_features_that_they_are_of() -> None:
    assert [(method, kind.feature) for method, kind in KINDS.items()] == [
        ("tools/list", "tools"),
        ("prompts/list", "prompts"),
        ("resources/list", "resources"),
        ("resources/templates/list", "resources"),
    ]
    assert FEATURES == ("tools", "prompts", "resources")
