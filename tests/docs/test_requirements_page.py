"""Whatever docs/app/requirements.md names as a test is one, below ``tests/``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
PAGE = TESTS.parent / "docs/app/requirements.md"


def named() -> Iterator[tuple[str, str]]:
    """File and function; what a line leaves out is as in the name before."""
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        file = ""
        for path, function in re.findall(r"`((?:[\w/]+/)?test_\w+\.py|)(?:::)?(test_\w+)?`", line):
            if path:
                file = path if "/" in path else (Path(file).parent / path).as_posix()
            if path or function:
                yield file, function


@pytest.mark.parametrize(("file", "function"), dict.fromkeys(named()))
def test_the_test_is_there(file: str, function: str) -> None:
    text = (TESTS / file).read_text(encoding="utf-8")
    assert not function or re.search(rf"^(?:async )?def {function}\b", text, re.MULTILINE)


def test_tests_are_named() -> None:
    assert len(set(named())) > 80
