from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mcptui.gateway.catalogue.uri_templates import UriTemplate


@pytest.mark.parametrize(
    ("template", "uri", "matches"),
    [
        ("a://{id}/data", "a://5/data", True),
        ("a://{id}/data", "a://5/6/data", False),
        ("a://{id}/data", "a:///data", True),
        ("a://{+path}", "a://x/y/z", True),
        ("a://x{?q}", "a://x?q=1", True),
        ("a.b://{x}", "aXb://1", False),
        ("{+all}", "anything", True),
        ("{+all}", "", True),
        ("a://{", "a://{", True),
        ("a://x", "a://x", True),
        ("a://x", "a://x/", False),
        ("(a+)+$://{x}", "(a+)+$://1", True),
        ("a://{x}{+y}", "a://1/2", True),
        ("a://{}b", "a://b", True),
        ("{+a}-{b}", "x-/-y", True),
        ("{+a}-{b}", "x-y/z", False),
        ("{x}aa", "aaa", True),
        ("a{x}a", "a", False),
        ("note://{y}-{m}-{d}.md", "note://1-2-3-4.md", True),
        ("a://{x}\n", "a://1\n", True),
        ("a://{x}", "a://1\n2", True),
    ],
)
def test_templates(template: str, uri: str, matches: bool) -> None:
    assert UriTemplate(template).matches(uri) is matches


def as_pattern(template: str) -> re.Pattern[str]:
    """The same said briefly, in a way that takes too long on some texts."""
    parts = re.split(r"(\{[^{}]*\})", template)
    return re.compile(
        "".join(
            (".*" if part[1:2] in tuple("+#/?&;.") else "[^/]*")
            if part.startswith("{") and part.endswith("}")
            else re.escape(part)
            for part in parts
        ),
        re.DOTALL,
    )


_PARTS = st.lists(st.sampled_from(["{x}", "{+x}", "{?x}", "{}", "a", "b", "/", "-", "ab", "a/", "{", "}"]), max_size=8)


@given(_PARTS.map("".join), st.text("ab/-{}", max_size=12))
@example("{+a}-{b}", "x-/-y")
def test_it_is_what_the_pattern_says(template: str, uri: str) -> None:
    assert UriTemplate(template).matches(uri) is (as_pattern(template).fullmatch(uri) is not None)


class Counted(str):
    """A text that counts in how many characters somebody has looked for another."""

    __slots__ = ("looked_at",)
    looked_at: int

    def find(self, sub: str, start: int = 0, end: int | None = None) -> int:  # type: ignore[override]
        end = len(self) if end is None else min(end, len(self))
        found = super().find(sub, start, end)
        self.looked_at += (end if found < 0 else found) - start + 1
        return found


@pytest.mark.parametrize(
    ("template", "hostile"),
    [
        ("note://{y}-{m}-{d}-{slug}-{lang}.md", "note://" + "-" * 5_000),
        ("note://{+y}-{+m}-{+d}-{+slug}-{+lang}.md", "note://" + "-" * 5_000),
        ("x://{a}{b}{c}{d}{e}", "x://" + "a" * 5_000 + "/"),
        ("x://{+a}a{b}a{c}b", "x://" + "a" * 5_000),
        ("x://{+a}a{b}a{c}b", "x://" + "a/" * 2_500),
        ("x://{+a}ab{b}ac", "x://" + "ab" * 2_500),
    ],
)
def test_no_text_takes_more_than_one_look_at_it_for_each_part(template: str, hostile: str) -> None:
    uri = Counted(hostile)
    uri.looked_at = 0
    assert not UriTemplate(template).matches(uri)
    # Each part of the template looks for a slash and for itself, and again after each place where it is.
    assert uri.looked_at <= 4 * len(uri) * template.count("{")
