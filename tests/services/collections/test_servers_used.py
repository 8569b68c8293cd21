from __future__ import annotations

import pytest

from mcptui.model import GatewaySettings, Server, State
from mcptui.model.runtime import Listed
from mcptui.services.collections.servers_used import servers_used
from mcptui.services.collections.values import Kind, SavedCall

SERVERS = {name: Server(name=name, command="x", prefix=prefix) for name, prefix in (("a", None), ("b", "bee"))}
BARE = {**SERVERS, "bare": Server(name="bare", command="x", prefix="")}


def used(
    target: str,
    kind: Kind = "tool",
    servers: dict[str, Server] = SERVERS,
    settings: GatewaySettings = GatewaySettings(),
) -> set[str]:
    state = State(gateway=settings, servers=servers)
    listed = Listed(owners={"known": ("a", "known")})
    return servers_used([SavedCall(name="x", kind=kind, target=target)], state, listed, servers)


@pytest.mark.parametrize(
    ("target", "kind", "expected"),
    [
        ("a__x", "tool", {"a"}),
        ("bee__x", "prompt", {"b"}),
        ("b__x", "tool", set()),
        ("known", "tool", {"a"}),
        ("known", "resource", {"a"}),
        ("note://1", "resource", {"a", "b"}),
        ("{{name}}__x", "tool", {"a", "b"}),
    ],
)
def test_a_name_tells_its_server(target: str, kind: Kind, expected: set[str]) -> None:
    assert used(target, kind) == expected


def test_names_without_a_prefix_are_of_any_server() -> None:
    assert used("x", settings=GatewaySettings(prefix="never")) == {"a", "b"}
    assert used("x", servers=BARE) == {"bare"}
    assert used("a.x", servers=BARE, settings=GatewaySettings(separator=".")) == {"a", "bare"}


def test_every_server_decides_about_conflicts() -> None:
    assert used("known", settings=GatewaySettings(prefix="conflict")) == {"a", "b"}


def test_others_are_not_waited_for() -> None:
    state = State(servers=SERVERS)
    assert servers_used([], state, Listed(), ["a"]) == set()
    call = SavedCall(name="x", kind="tool", target="new__x")
    assert servers_used([call], state, Listed(), ["a", "new"]) == {"new"}
