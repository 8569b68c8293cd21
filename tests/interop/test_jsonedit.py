from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcptui.interop.documents import load_json
from mcptui.interop.errors import ImportFileError
from mcptui.interop.jsonedit import remove_member, set_member

PATH = ("mcpServers", "me")
ENTRY = {"url": "https://a.example/mcp", "headers": {"A": "b"}}


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        '{"a":1}',
        '{"a": 1, "b": [1, {"c": 2},], }',
        '{\n  "a": 1\n}\n',
        '{\n  "a": 1, // why\n}\n',
        '{\n  "a": 1 // why\n}\n',
        '{\n  "a": 1 /* why */\n}\n',
        '{\n\t"mcpServers": {\n\t\t"x": {"url": "u"}\n\t}\n}',
        '{\r\n    "mcpServers": {\r\n        "x": {}\r\n    }\r\n}\r\n',
        '{\n  "mcpServers": {\n    "x": {},\n    // the end\n  },\n  "z": 1,\n}',
        '{"mcpServers": {"x": {"command": "y", "args": ["}", "\\"//"]}}, "z": {}}',
        '\ufeff// first\n{\n  // inside\n  "a": "b"\n}\n',
    ],
)
def test_a_member_comes_and_goes_and_nothing_else_changes(text: str) -> None:
    written = set_member(text, PATH, ENTRY)
    assert load_json(written.lstrip("\ufeff"))["mcpServers"]["me"] == ENTRY
    assert set_member(written, PATH, ENTRY) == written
    assert remove_member(written, PATH) == text
    other = set_member(written, PATH, {"url": "u"})
    assert load_json(other.lstrip("\ufeff"))["mcpServers"]["me"] == {"url": "u"}
    assert remove_member(other, PATH) == text
    assert remove_member(text, PATH) == text


@pytest.mark.parametrize("text", ["", " \n", "{ }", "{\n}\n", '{"mcpServers": {}}', "{\n  // nothing yet\n}\n"])
def test_what_is_empty_becomes_empty_again(text: str) -> None:
    written = set_member(text, PATH, ENTRY)
    assert load_json(written) == {"mcpServers": {"me": ENTRY}}
    assert load_json(remove_member(written, PATH)) == {}
    assert ("// nothing yet" in text) is ("// nothing yet" in remove_member(written, PATH))


def test_the_layout_is_that_of_the_file() -> None:
    written = set_member('{\n    "mcpServers": {\n        "x": {"url": "u"} // mine\n    }\n}\n', PATH, {"url": "v"})
    assert written == (
        '{\n    "mcpServers": {\n        "x": {"url": "u"}, // mine\n'
        '        "me": {\n            "url": "v"\n        }\n    }\n}\n'
    )
    assert set_member('{"mcpServers":{"x":{}}}', PATH, {"url": "v"}) == '{"mcpServers":{"x":{}, "me": {"url": "v"}}}'
    assert set_member("", PATH, {"url": "ü"}) == '{\n  "mcpServers": {\n    "me": {\n      "url": "ü"\n    }\n  }\n}\n'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"me": 1, "a": 2}', '{ "a": 2}'),
        ('{"a": 1, "me": 2, "b": 3}', '{"a": 1, "b": 3}'),
        ('{"me": 1, "a": 0, "me": 2}', '{ "a": 0}'),
        ('{\n  "me": 1, // gone too late\n  "a": 2\n}', '{ // gone too late\n  "a": 2\n}'),
    ],
)
def test_removal_anywhere(text: str, expected: str) -> None:
    assert remove_member(text, ("me",)) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[]", "the file does not hold a JSON object"),
        ("{", "not valid JSON: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"),
        ('{"mcpServers": []}', "mcpServers in this file is not an object"),
        ('"a": 1', "not valid JSON: something follows at character 3"),
        ("{" * 3000, "not valid JSON: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"),
    ],
)
def test_what_is_not_changed(text: str, message: str) -> None:
    with pytest.raises(ImportFileError) as error:
        set_member(text, PATH, ENTRY)
    assert error.value.message == message


@pytest.mark.parametrize("text", ["[]", "{"])
def test_what_nothing_is_removed_from(text: str) -> None:
    with pytest.raises(ImportFileError):
        remove_member(text, PATH)


_KEYS = st.sampled_from(["mcpServers", "me", "a", "b"]) | st.text(max_size=4)
_VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(_KEYS, _VALUES, max_size=4), st.sampled_from([None, 2, "\t"]), st.booleans())
def test_only_the_member_differs(document: dict[str, Any], indent: int | str | None, ascii_only: bool) -> None:
    text = json.dumps(document, indent=indent, ensure_ascii=ascii_only)
    try:
        written = set_member(text, PATH, ENTRY)
    except ImportFileError:
        assert not isinstance(document.get("mcpServers", {}), dict)
        return
    others = {key: value for key, value in document.items() if key != "mcpServers"}
    servers = {key: value for key, value in document.get("mcpServers", {}).items() if key != "me"}
    assert json.loads(written) == {**others, "mcpServers": {**servers, "me": ENTRY}}
    assert json.loads(remove_member(written, PATH)) == {**others, **({"mcpServers": servers} if servers else {})}
