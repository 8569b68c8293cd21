"""The terms of a filter as tests of a record."""

from __future__ import annotations

import pytest

from mcptui.call_filter.terms import BodyTerm, CallFilter, NumberTerm, OutcomeTerm, Pattern, TextTerm, as_text
from mcptui.model.runtime import CallRecord

CALL = CallRecord(id=1, at=100.0, key="k", method="ping", outcome="denied", ms=5.0, params={"a": "B"})


@pytest.mark.parametrize(
    ("pattern", "fitting", "others"),
    [
        (Pattern("git"), ["git", "GitHub", "a\ngit"], ["gti", "", None]),
        (Pattern("g*t"), ["git", "g\nt", "GT"], ["github"]),
        (Pattern("g?t"), ["got"], ["gt", "goot"]),
        (Pattern("g*", "exact"), ["g*", "G*"], ["git"]),
        (Pattern("a*", "within"), ["xa*x"], ["xax"]),
        (Pattern("."), ["a.b"], ["ab"]),
        # As SQLite does: only ASCII letters have two cases.
        (Pattern("é"), ["é"], ["É"]),
    ],
)
def test_patterns(pattern: Pattern, fitting: list[str], others: list[str | None]) -> None:
    assert [text for text in (*fitting, *others) if pattern.fits(text)] == fitting


@pytest.mark.parametrize(
    "term",
    [
        TextTerm(("server", "key"), (Pattern("x"), Pattern("k", "exact"))),
        TextTerm(("server",), (Pattern(""),), negated=True),
        OutcomeTerm(frozenset({"ok", "denied"})),
        OutcomeTerm(frozenset({"ok"}), negated=True),
        NumberTerm("ms", 5.0),
        NumberTerm("ms", 5.1, less=True),
        BodyTerm(Pattern('"a":"b"', "within")),
        BodyTerm(Pattern("c", "within"), negated=True),
    ],
)
def test_terms_that_hold(term: TextTerm | OutcomeTerm | NumberTerm | BodyTerm) -> None:
    assert term.matches(CALL)
    assert CallFilter((term, term)).matches(CALL)
    assert not CallFilter((term, NumberTerm("ms", 5.0, less=True))).matches(CALL)


def test_a_body_is_compared_as_it_is_stored() -> None:
    assert as_text({"a": [1, "é"]}) == '{"a":[1,"é"]}'
    assert as_text(None) is None
