"""``--tools-preset``."""

from __future__ import annotations

import json

import pytest

from mcptui.model.runtime import Listed
from tests.cli.conftest import Run
from tests.support.fake_gateway import STATUS, FakeGateway

LISTED = Listed(
    tools=[{"name": "s__read_file"}, {"name": "s__push"}],
    owners={"s__read_file": ("s", "read_file"), "s__push": ("s", "push")},
)


@pytest.fixture
def gateway_with_tools(gateway: FakeGateway) -> FakeGateway:
    gateway.running = STATUS
    gateway.by_key = {None: LISTED}
    return gateway


def tools(run: Run, kind: str, name: str) -> object:
    return json.loads(run(kind, "show", name, "--json").stdout)["tools"]


@pytest.mark.usefixtures("gateway_with_tools")
@pytest.mark.parametrize("kind", ["key", "user", "team", "org"])
def test_read_only_tools_of_the_servers_and_all_again(run: Run, kind: str) -> None:
    run("server", "add", "s", "http://127.0.0.1:1/mcp", "--no-test")
    run(kind, "create", "one", "--server", "s", "--tools-preset", "read-only")
    assert tools(run, kind, "one") == {"s": ["read_file"]}
    run(kind, "edit", "one", "--tools-preset", "all")
    assert tools(run, kind, "one") is None
    run(kind, "edit", "one", "--tools-preset", "read-only")
    assert tools(run, kind, "one") == {"s": ["read_file"]}


def test_it_needs_a_gateway_and_writes_nothing_without(run: Run, gateway: FakeGateway) -> None:
    gateway.running = None
    assert "mcptui gateway start" in run("key", "create", "one", "--tools-preset", "read-only", code=5).stderr
    assert json.loads(run("key", "list", "--json").stdout) == []
