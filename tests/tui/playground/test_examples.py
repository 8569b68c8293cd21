from __future__ import annotations

from pathlib import Path

import pytest

from mcptui.tui.playground.examples import Examples, ExamplesError


def test_examples_are_kept_by_item_and_name(tmp_path: Path) -> None:
    file = tmp_path / "state" / "examples.json"
    examples = Examples(file)
    assert examples.of("tools:a") == {}
    examples.save("tools:a", "two", {"n": 2})
    examples.save("tools:a", "one", {"n": 1})
    examples.save("tools:b", "one", None)
    examples.save("tools:a", "two", {"n": 22})
    assert Examples(file).of("tools:a") == {"two": {"n": 22}, "one": {"n": 1}}
    assert file.stat().st_mode & 0o777 == 0o600
    examples.remove("tools:a", "two")
    examples.remove("tools:b", "one")
    assert examples.of("tools:a") == {"one": {"n": 1}}
    assert "tools:b" not in file.read_text(encoding="utf-8")


@pytest.mark.parametrize("text", ["{", "[]", '{"a": 1}'])
def test_a_damaged_file_is_explained_and_left_alone(tmp_path: Path, text: str) -> None:
    file = tmp_path / "examples.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ExamplesError):
        Examples(file).save("a", "b", 1)
    assert file.read_text(encoding="utf-8") == text


def test_a_place_that_cannot_be_written_is_explained(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(ExamplesError):
        Examples(tmp_path / "file" / "examples.json").save("a", "b", 1)
