"""One request: which credentials it brings along, and whether another state still allows it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from mcptui.access.denial import Feature
from mcptui.gateway.exchange import Exchange
from mcptui.gateway.principal import OPERATOR, KeyPrincipal, Principal
from mcptui.gateway.snapshot import Snapshot
from mcptui.model import Server
from mcptui.state.loaded import Loaded
from mcptui.upstream.server.audience import Audience, profile_of
from tests.support.gateway import key, state

K = KeyPrincipal("k")


def snapshot(*entries: Any) -> Snapshot:
    return Snapshot(Loaded(state(Server(name="a", url="http://a"), *entries), "r"))


def exchange(principal: Principal = K, **more: Any) -> Exchange:
    found = snapshot(key("k", servers=("a",)))
    values = {"era": "stateless", "version": "x", "method": "tools/call", "params": {}, **more}
    return Exchange(principal=principal, snapshot=found, **values)


@pytest.mark.parametrize(
    ("grants", "feature", "tool", "allowed"),
    [
        ({"servers": ("a",)}, None, None, True),
        ({"servers": ()}, None, None, False),
        ({"servers": ("a",)}, "tool", "read", True),
        ({"servers": ()}, "tool", "read", False),
        ({"servers": ("a",), "tools": {"a": ("read",)}}, "tool", "read", True),
        ({"servers": ("a",), "tools": {"a": ("read",)}}, "tool", "write", False),
        ({"servers": ("a",), "tools": {"a": ("!write",)}}, "tool", "write", False),
        ({"servers": ("a",)}, "prompt", None, True),
        ({"servers": ()}, "prompt", None, False),
        ({"servers": ("a",)}, "resource", None, True),
        ({"servers": ()}, "resource", None, False),
    ],
)
def test_whether_another_state_allows_it(
    grants: dict[str, Any], feature: Feature | None, tool: str | None, allowed: bool
) -> None:
    asked = exchange()
    asked.server, asked.feature, asked.tool = "a", feature, tool
    assert asked.is_allowed(snapshot(key("k", **grants))) is allowed


def test_as_long_as_its_server_is_not_known_nothing_speaks_against_it() -> None:
    assert exchange().is_allowed(snapshot())


def test_a_server_that_is_gone_is_allowed_to_nobody() -> None:
    asked = exchange(OPERATOR)
    asked.server, asked.feature = "gone", "tool"
    assert not asked.is_allowed(snapshot())
    asked.server = "a"
    assert asked.is_allowed(snapshot())


def test_credentials_for_servers_are_read_once() -> None:
    found = exchange(headers={"x-mcp-auth": ["t"], "accept": ["*/*"]}).client
    assert found is not None
    assert found.auth == "t"
    assert exchange(headers={"accept": ["*/*"]}).client is None
    assert exchange().client is None


def test_the_key_that_opened_the_gateway_is_no_credential_for_a_server() -> None:
    assert exchange(headers={"authorization": ["Bearer sk-k"], "x-mcp-auth": ["Bearer sk-k"]}).client is None


def test_for_whom_lists_are_read() -> None:
    asked = exchange(capabilities={"roots": {}, "tasks": {}}, session="s")
    assert asked.audience == Audience(profile_of({"roots": {}}), "s")
    assert asked.audience is asked.audience, "read once"
    assert exchange(session="s").audience == Audience(session="s")
    assert replace(asked, params={"uri": "a:b"}).audience == asked.audience
