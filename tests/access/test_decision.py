"""One list of names, what it says, and how several settle a matter."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from mcptui.access.decision import Case, Decision, Line, Ruling, Verdict, settle, shown


@pytest.mark.parametrize(
    ("verdicts", "settled"),
    [
        ([], None),
        (["silent", "silent"], None),
        (["allows"], (True, 0)),
        (["allows", "silent", "allows"], (True, 2)),
        (["omits", "allows"], (False, 0)),
        (["allows", "omits", "omits"], (False, 1)),
        (["omits", "admits"], (True, 1)),
        (["admits", "silent", "admits"], (True, 2)),
        (["admits", "excludes", "allows", "excludes"], (False, 1)),
    ],
)
def test_the_strongest_verdict_decides(verdicts: Sequence[Verdict], settled: tuple[bool, int] | None) -> None:
    assert settle(verdicts) == settled


def names(entry: str) -> list[str]:
    return ["a", "b", "c"] if entry == "*" else [entry]


@pytest.mark.parametrize(
    ("entries", "verdicts"),
    [
        (None, ["silent", "silent"]),
        ([], ["omits", "omits"]),
        (["a"], ["allows", "omits"]),
        (["*"], ["allows", "allows"]),
        (["!a"], ["excludes", "silent"]),
        (["*", "!a"], ["excludes", "allows"]),
        (["a", "!a"], ["excludes", "omits"]),
        (["b", "!a"], ["excludes", "allows"]),
    ],
)
def test_what_a_list_says_about_two_things(entries: list[str] | None, verdicts: list[Verdict]) -> None:
    line = Line(entries, names)
    assert [line.verdict(thing) for thing in ("a", "b")] == verdicts


@pytest.mark.parametrize(
    ("entries", "reason"),
    [
        (None, "team t does not set servers"),
        (["!b"], "team t only denies servers"),
        (["b"], "team t does not allow a"),
        (["a"], "team t allows a"),
        (["!a", "!*"], "team t denies a with !a"),
        (["!*", "!a"], "team t denies a with !*"),
    ],
)
def test_a_ruling_says_why(entries: list[str] | None, reason: str) -> None:
    line = Line(entries, names)
    ruling = line.ruling("team", "t", "servers", "a")
    assert (ruling.level, ruling.subject, ruling.thing) == ("team", "t", "a")
    assert (ruling.reason, ruling.verdict) == (reason, line.verdict("a"))
    assert ruling.entry == (None if entries is None else shown("servers", entries))


def test_a_line_is_shown_as_it_was_written() -> None:
    assert shown("servers", ("a", "!ü")) == 'servers ["a", "!ü"]'


def test_a_decision_is_that_of_the_ruling_that_decides() -> None:
    silent = Ruling("org", "o", "a", None, "silent", "org o does not set")
    allows = Ruling("key", "k", "a", 'servers ["a"]', "allows", "key k allows a")
    assert Case((silent, allows), True, 1).decision == Decision(True, "key", "k", 'servers ["a"]', "key k allows a")
