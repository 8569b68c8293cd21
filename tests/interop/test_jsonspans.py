"""Where the parts of a JSON text are: what lies between two places is what a person would mark."""

from __future__ import annotations

import pytest

from mcptui.interop.jsonspans import Span, spans


def marked(text: str, span: Span) -> str:
    return text[span.start : span.end]


def found(text: str, *path: str) -> Span:
    """The value at ``path``."""
    span = spans(text, path)
    for key in path:
        member = span.member(key)
        assert member is not None
        span = member.value
    return span


@pytest.mark.parametrize(
    "value",
    ["1", "-1.5e3", "true", "null", '""', '"a, b}"', '"\\""', '"\\\\"', "[]", "[1, [2], {}]", '["]"]', "[/* ] */]",
     '[\n// ]\n]', "{}", '{"a": {"b": []}}', '{"}": "}"}', "{ // }\n}"],
)  # fmt: skip
@pytest.mark.parametrize("around", ["{}", " \t\r\n{} \n", "\ufeff{}", "/* a */ {} // b"])
def test_a_value_alone(value: str, around: str) -> None:
    text = around.replace("{}", value)
    assert marked(text, spans(text)) == value


@pytest.mark.parametrize(
    "value", ["1", "false", '"x"', '"}"', "[1, 2]", "{}", '{"a": "{"}', '["//", "/*"]', '"\\u007d"']
)
@pytest.mark.parametrize(
    "text", ['{"k":%s}', '{"j": 1, "k": %s, "l": 2}', '{"k": %s,}', '{\n  "k": /* b */ %s // c\n  , "l": {}\n}']
)
def test_the_value_of_a_member(text: str, value: str) -> None:
    text = text.replace("%s", value)
    assert marked(text, found(text, "k")) == value


@pytest.mark.parametrize(
    ("text", "commas"),
    [
        ('{"a": 1}', [-1]),
        ('{"a": 1,}', [7]),
        ('{"a": 1, "b": 2}', [7, -1]),
        ('{"a": 1 /* , */ , "b": ","}', [16, -1]),
    ],
)
def test_where_the_commas_are(text: str, commas: list[int]) -> None:
    members = spans(text).members or ()
    assert [member.comma for member in members] == commas
    assert all(text[comma] == "," for comma in commas if comma >= 0)
    assert [text[member.start] for member in members] == ['"'] * len(members)


def test_keys_are_read_as_json_reads_them() -> None:
    assert [member.key for member in spans(r'{"\u0061": 1, "b\"": 2, "": 3}').members or ()] == ["a", 'b"', ""]


def test_of_members_with_one_name_the_last_counts() -> None:
    text = '{"a": {"b": 1}, "a": {"b": 2}}'
    assert marked(text, found(text, "a", "b")) == "2"


def test_what_is_no_object_has_no_members() -> None:
    for text in ("[]", "1", '"a"'):
        assert spans(text, ("a",)).members is None
        assert spans(text).member("a") is None
    assert spans("{}").members == ()


def test_only_what_leads_to_the_member_is_looked_into() -> None:
    deep = '{"a": ' + "[" * 5000 + '"]"' + "]" * 5000 + ', "b": {"c": {"d": 1}}}'
    holder = spans(deep, ("b",))
    assert [member.key for member in holder.members or ()] == ["a", "b"]
    inside = holder.member("b")
    assert inside is not None
    assert [member.key for member in inside.value.members or ()] == ["c"]
    assert [member.value.members for member in inside.value.members or ()] == [None]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "{,}",
        '{"a"',
        '{"a": 1',
        '{"a": 1,, "b": 2}',
        "{1: 2}",
        '{"a" 1}',
        '{"a": }',
        '{"a": 1 "b": 2}',
        '{"a": [',
        "1 2",
        "{} {}",
    ],
)
def test_spans_refuse_what_is_no_json(text: str) -> None:
    with pytest.raises(ValueError, match=r"expected|follows"):
        spans(text)
