"""URI templates."""

from __future__ import annotations

import pytest

from mcptui.tui.playground.uri_template import expand, variables


@pytest.mark.parametrize(
    ("template", "uri"),
    [
        ("note://{id}", "note://a%20b%2Fc"),
        ("file:///{+path}", "file:///x/y%20z"),
        ("x{#id}", "x#a%20b/c"),
        ("x{.id,n}", "x.a%20b%2Fc.5"),
        ("x{/id,n}", "x/a%20b%2Fc/5"),
        ("x{;n,empty}", "x;n=5;empty"),
        ("x{?n,none,empty}", "x?n=5&empty="),
        ("x?a=1{&n}", "x?a=1&n=5"),
        ("x{none}y{?none}", "xy"),
        ("{id:3}", "a%20b"),
        ("{n*}", "5"),
        ("{}", ""),
        ("plain", "plain"),
        ("{broken", "{broken"),
    ],
)
def test_expand(template: str, uri: str) -> None:
    assert expand(template, {"id": "a b/c", "n": "5", "path": "x/y z", "empty": ""}) == uri


def test_variables_are_listed_once() -> None:
    assert variables("{a}/{+b,c*}{?a,d:3}") == ("a", "b", "c", "d")
    assert variables("none") == ()
