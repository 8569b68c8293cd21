"""Hypothesis strategies for JSON values and for schemas, sensible and odd ones."""

from __future__ import annotations

from typing import Any, Final

from hypothesis import strategies as st

#: What is easily lost on the way: beyond a double, beyond 64 bits, white space, other scripts, other line breaks.
_TRICKY: Final = st.sampled_from(
    [
        2**53 + 1,
        -(2**63),
        10**40,
        1.0,
        -0.0,
        1e300,
        "",
        " ",
        "\n",
        "a\r\nb",
        "\u2028",
        "ü",
        "\u0000",
        "日本",
        "\U0001f469\u200d\U0001f52c",
        "[x]",
    ]
)
_NAMES: Final = st.sampled_from("abcd") | st.sampled_from(["", "ä b", "$ref", "a.b", "[0]"])
JSON_VALUES: Final = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-50, 50)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=4)
    | _TRICKY,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_NAMES, inner, max_size=3),
    max_leaves=8,
)
TYPES: Final = st.sampled_from(["string", "integer", "number", "boolean", "array", "object", "null", "odd"])
REFERENCES: Final = st.sampled_from(["#", "#/$defs/a", "#/$defs/b", "#/$defs/a/anyOf/0", "#name", "other.json", "#/no"])


#: Drawn more often, as in schemas of servers.
_COMMON: Final = ("type", "properties", "required", "items", "enum", "anyOf", "oneOf", "allOf", "$ref")


@st.composite
def _some_of(draw: st.DrawFn, values: dict[str, st.SearchStrategy[Any]]) -> dict[str, Any]:
    """A few members: one draw for every keyword there is would take most of the time of a test."""
    names = draw(st.lists(st.sampled_from([*values, *_COMMON * 4]), max_size=7, unique=True))
    return {name: draw(values[name]) for name in names}


def schemas() -> st.SearchStrategy[Any]:
    """Schemas whose keywords have mostly sensible values, sometimes any JSON value."""

    def keywords(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        sensible: dict[str, st.SearchStrategy[Any]] = {
            "type": TYPES | st.lists(TYPES, max_size=3),
            "properties": st.dictionaries(st.sampled_from("abcd"), inner, max_size=3),
            "required": st.lists(st.sampled_from("abcd"), max_size=2),
            "items": inner,
            "enum": st.lists(JSON_VALUES, max_size=3),
            "const": JSON_VALUES,
            "anyOf": st.lists(inner, max_size=3),
            "oneOf": st.lists(inner, max_size=3),
            "allOf": st.lists(inner, max_size=3),
            "$ref": REFERENCES,
            "default": JSON_VALUES,
            "minimum": st.integers(-5, 5),
            "exclusiveMaximum": st.floats(-5, 5),
            "minLength": st.integers(0, 3),
            "maxItems": st.integers(0, 3),
            "minItems": st.integers(0, 2),
            "nullable": st.booleans(),
            "additionalProperties": inner,
            "patternProperties": st.dictionaries(st.sampled_from(["^a", "[", ".*"]), inner, max_size=2),
            "propertyNames": inner,
            "prefixItems": st.lists(inner, max_size=3),
            "contains": inner,
            "not": inner,
            "if": inner,
            "then": inner,
            "else": inner,
            "dependentSchemas": st.dictionaries(st.sampled_from("abcd"), inner, max_size=2),
            "dependentRequired": st.dictionaries(
                st.sampled_from("abcd"), st.lists(st.sampled_from("abcd"), max_size=2), max_size=2
            ),
            "unevaluatedProperties": inner,
            "unevaluatedItems": inner,
            "contentSchema": inner,
            "dependencies": st.dictionaries(
                st.sampled_from("abcd"), inner | st.lists(st.sampled_from("abcd"), max_size=2), max_size=2
            ),
            "additionalItems": inner,
            "exclusiveMinimum": st.booleans() | st.integers(-5, 5),
            "$recursiveRef": st.just("#"),
            "$dynamicRef": REFERENCES,
            "$anchor": st.just("name"),
            "$dynamicAnchor": st.just("name"),
            "format": st.sampled_from(["date", "date-time", "email", "uri", "uuid", "multiline", "no-such"]),
            "uniqueItems": st.booleans(),
        }
        odd = {name: values if name.endswith("ef") else values | JSON_VALUES for name, values in sensible.items()}
        return _some_of(sensible) | _some_of(odd)

    inner = st.recursive(st.booleans() | JSON_VALUES, keywords, max_leaves=12)
    return st.builds(
        lambda root, first, second: {**root, "$defs": {"a": first, "b": second}} if isinstance(root, dict) else root,
        keywords(inner) | JSON_VALUES,
        inner,
        inner,
    )
