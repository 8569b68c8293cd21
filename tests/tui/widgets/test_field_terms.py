"""Terms of a filter that are about one field."""

from __future__ import annotations

import pytest

from mcptui.tui.widgets.field_terms import split_terms

FIELDS = ("state", "tag")
ROW = {"state": ("unreachable", "failed"), "tag": ("Docs", "prod")}


@pytest.mark.parametrize(
    ("text", "fits", "rest"),
    [
        ("", True, ""),
        ("state:failed", True, ""),
        ("state:fail tag:docs", True, ""),
        ("state:ok", False, ""),
        ("state:ok,failed", True, ""),
        ("-state:failed", False, ""),
        ("-tag:test word", True, "word"),
        ("tag:pro?", True, ""),
        ("tag:p?d", False, ""),
        ("tag:d*", True, ""),
        ("tag:", True, ""),
        ("http://x -y other:z", True, "http://x -y other:z"),
    ],
)
def test_terms(text: str, fits: bool, rest: str) -> None:
    terms, words = split_terms(text, FIELDS)
    assert all(term.fits(ROW) for term in terms) is fits
    assert words == rest
    assert not any(term.fits({}) for term in terms if not term.is_negated)
