from __future__ import annotations

import pytest

from mcptui.protocol.listed.patterns import is_pattern


@pytest.mark.parametrize(
    "text",
    [
        "", "^[a-z]+$", r"^\d{4}-\d{2}$", r"^[\w-]+$", r"[-\w]", r"[a\-z]", r"\p{L}+", r"\u{1F600}",
        r"(?<year>\d+)\k<year>",
        r"(?:a|b)*?", r"(?=x)(?!y)(?<=z)(?<!w)", r"\/path\/", "a{1,}", "[{}]", r"^(\([0-9]{3}\))?[0-9]{3}-[0-9]{4}$",
    ],
)  # fmt: skip
def test_expressions(text: str) -> None:
    assert is_pattern(text)


@pytest.mark.parametrize(
    "text",
    [
        "(", "a**", "[a", r"\-", r"\Aa\Z", r"[\w-.]", r"[.-\w]", "(?i)a", "(?P<a>b)", "a++", "{", "a{x}", "]", r"\q",
        "x" * 20_000, "(" * 5_000 + ")" * 5_000,
    ],
)  # fmt: skip
def test_others(text: str) -> None:
    assert not is_pattern(text)
