from __future__ import annotations

from pathlib import Path

import pytest

from mcptui.services.collections.file import add_call, read_collection
from mcptui.services.collections.values import CollectionError, Expectation, SavedCall

TEXT = """
# What is checked before a release.
key = "ci"
[variables]
who = "Ada"

[[call]]
name = "adds"  # twice a day
tool = "s__add"
arguments = { a = 1 }
save = { sum = "$.sum" }
expect = { text = "3", json = { "$.sum" = 3 }, schema = false, max_ms = 10 }

[[call]]
resource = "note://1"
key = "other"
arguments = '{"a": null}'
expect = { outcome = "error", text = ["a", "b"], matches = "x+" }
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "release.toml"
    file.write_text(TEXT, encoding="utf-8")
    return file


def test_a_collection_is_read(file: Path) -> None:
    collection = read_collection(file)
    assert (collection.name, collection.key, collection.variables) == ("release", "ci", {"who": "Ada"})
    first, second = collection.calls
    assert first == SavedCall(
        name="adds",
        kind="tool",
        target="s__add",
        arguments={"a": 1},
        save={"sum": "$.sum"},
        expect=Expectation(text=("3",), json={"$.sum": 3}, schema=False, max_ms=10),
    )
    assert (second.name, second.kind, second.target, second.key) == ("note://1 2", "resource", "note://1", "other")
    assert second.arguments == {"a": None}
    assert second.expect == Expectation(outcome="error", text=("a", "b"), matches="x+")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x = [", "Invalid value"),
        ("nmae = 1", 'the collection has no setting "nmae"'),
        ("name = 1", "name must be a string"),
        ("call = 1", r"calls are written as \[\[call\]\]"),
        ("[[call]]\nname = 'a'", 'call "a" needs one of tool, prompt, resource'),
        ("[[call]]\ntool = 'a'\nprompt = 'b'", "call 1 needs one of"),
        ("[[call]]\nname = 'a'\ntool = 'a'\n[[call]]\nname = 'a'\ntool = 'a'", 'two calls have the name "a"'),
        ("[[call]]\ntool = 'a'\narguments = 1", "arguments must be a table"),
        ("[[call]]\ntool = 'a'\narguments = '['", "arguments: "),
        ("[[call]]\ntool = 'a'\nsave = { x = 'y' }", "save: .* is not a JSON path"),
        ("[[call]]\ntool = 'a'\nexpect = 1", "expect must be a table"),
        ("[[call]]\ntool = 'a'\nexpect = { outcome = 'fine' }", "outcome must be one of ok, tool_error, error"),
        ("[[call]]\ntool = 'a'\nexpect = { text = 1 }", "text must be a string"),
        ("[[call]]\ntool = 'a'\nexpect = { matches = '(' }", "not a regular expression"),
        ("[[call]]\ntool = 'a'\nexpect = { json = { x = 1 } }", "json: .* is not a JSON path"),
        ("[[call]]\ntool = 'a'\nexpect = { json = { '$[\"\\x\"]' = 1 } }", "json: .* is not a JSON path"),
        ("[[call]]\ntool = 'a'\narguments = { day = 2026-01-31 }", r"no 2026-01-31 at \$.call\[0\].arguments.day"),
        ("[variables]\nat = 10:30:00\nx = [1, 2.5]", r"no 10:30:00 at \$.variables.at"),
        ("[[call]]\ntool = 'a'\nexpect = { json = { '$.n' = nan } }", "no nan at "),
        ("[[call]]\ntool = 'a'\nexpect = { schema = 1 }", "schema must be true or false"),
        ("[[call]]\ntool = 'a'\nexpect = { max_ms = true }", "max_ms must be a number"),
    ],
)
def test_mistakes_are_named(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "a.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(CollectionError, match=message):
        read_collection(file)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CollectionError, match="No such file"):
        read_collection(tmp_path / "a.toml")


def test_calls_are_added_and_replaced_and_the_rest_of_the_file_is_as_it_was(file: Path) -> None:
    new = SavedCall(name="new", kind="prompt", target="p", arguments={"x": [1, {"y": "z"}]}, key="k")
    add_call(file, new)
    odd = SavedCall(
        name="odd", kind="tool", target="t", arguments={"x": None, "n": 2**70}, expect=Expectation(text=("a",))
    )
    add_call(file, odd)
    text = file.read_text(encoding="utf-8")
    assert "# What is checked before a release." in text
    assert "# twice a day" in text
    assert read_collection(file).calls[2:] == (new, odd)
    changed = SavedCall(name="new", kind="tool", target="t", expect=Expectation(outcome="tool_error"))
    add_call(file, changed)
    assert read_collection(file).calls[2:] == (odd, changed)


def test_a_new_file_is_made_and_a_wrong_one_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "calls" / "a.toml"
    add_call(file, SavedCall(name="a", kind="tool", target="t"))
    assert [call.name for call in read_collection(file).calls] == ["a"]
    file.write_text("x = [", encoding="utf-8")
    with pytest.raises(CollectionError):
        add_call(file, SavedCall(name="b", kind="tool", target="t"))
    assert file.read_text(encoding="utf-8") == "x = ["
