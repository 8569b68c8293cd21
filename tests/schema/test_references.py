"""Where references lead once the schema is mended."""

from __future__ import annotations

from typing import Any

import pytest

from mcptui.schema.document import OddSchemaError
from mcptui.schema.references import References, cut
from mcptui.schema.steps import Steps


def references(root: Any, steps: int = 100) -> References:
    return References(root, Steps(steps))


@pytest.mark.parametrize(
    ("reference", "place"),
    [
        ("#", "#"),
        ("#/$defs/a", "#/$defs/a"),
        ("#/definitions/b", "#/definitions/b"),
        ("#/$defs/a~1b", "#/$defs/part_2"),
        ("#/properties/c", "#/$defs/part_2"),
        ("#here", "#/$defs/part_2"),
    ],
)
def test_what_stands_in_definitions_stays_there(reference: str, place: str) -> None:
    root = {
        "$defs": {"a": {"b": {}}, "a/b": {}, "part_1": {}},
        "definitions": {"b": {}, "c": {"$anchor": "here"}},
        "properties": {"c": {}},
    }
    assert references(root).place(reference) == place


@pytest.mark.parametrize("reference", ["#/$defs/loop", "#/$defs/one", "#/no", "other.json", None, 5])
def test_what_leads_nowhere_is_told(reference: Any) -> None:
    defs = {"loop": {"$ref": "#/$defs/loop"}, "one": {"$ref": "#/$defs/two"}, "two": {"$dynamicRef": "#/$defs/one"}}
    with pytest.raises(OddSchemaError):
        references({"$defs": defs}).place(reference)


def test_a_chain_that_is_too_long_is_given_up() -> None:
    chain = {"$defs": {f"d{n}": {"$ref": f"#/$defs/d{n + 1}"} for n in range(50)} | {"d50": {}}}
    assert references(chain, 51).place("#/$defs/d0") == "#/$defs/d0"
    with pytest.raises(OddSchemaError, match="too many"):
        references(chain, 50).place("#/$defs/d0")


def test_each_part_is_moved_once() -> None:
    root: dict[str, Any] = {"x": {"y": {}}}
    known = references(root)
    assert known.place("#/x/y") == known.place("#/x%2Fy") == "#/$defs/part_1"
    assert list(known.moved) == [("part_1", "#/x/y", root["x"]["y"])]


def test_long_texts_are_cut() -> None:
    assert cut("a" * 60) == "a" * 60
    assert cut("a" * 61) == "a" * 59 + "…"
