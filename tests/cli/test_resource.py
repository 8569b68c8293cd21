"""``mcptui resource``."""

from __future__ import annotations

import json
from collections.abc import Callable

from click.testing import Result

from mcptui.model.runtime import CallEvent, Listed
from tests.support.fake_gateway import FakeGateway

Run = Callable[..., Result]


def test_resources(run: Run, gateway: FakeGateway) -> None:
    gateway.by_key = {
        None: Listed(
            resources=[{"uri": "a:1", "name": "one", "description": "First."}],
            templates=[{"uriTemplate": "a:{n}", "name": "any"}],
            owners={"a:1": ("s", "a:1"), "a:{n}": ("s", "a:{n}")},
        )
    }
    assert run("resource", "list").stdout == (
        "URI    SERVER  NAME  DESCRIPTION\na:1    s       one   First.\na:{n}  s       any   -\n"
    )
    assert [t["name"] for t in json.loads(run("resource", "list", "--json").stdout)["templates"]] == ["any"]
    gateway.events = {"resources/read": [CallEvent(type="result", value={"contents": [{"uri": "a:1", "text": "t"}]})]}
    assert run("resource", "read", "a:1").stdout == "t\n"
    assert json.loads(run("resource", "read", "a:1", "--json").stdout)["contents"][0]["text"] == "t"
    assert gateway.asked[-1] == ("call", "resources/read", {"uri": "a:1"}, None)
