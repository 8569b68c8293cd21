"""What all fronts share: who is admitted, and what another state changes."""

from __future__ import annotations

import functools
import logging
import time
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest

from mcptui.gateway.core import Core
from mcptui.gateway.exchange import Exchange
from mcptui.gateway.identity.authenticate import AuthError
from mcptui.gateway.lifetime.lifetimes import Open
from mcptui.gateway.principal import OPERATOR, KeyPrincipal
from mcptui.gateway.snapshot import Snapshot
from mcptui.model import Server
from mcptui.model.limits import Limits
from mcptui.secrets.known import KnownSecrets
from mcptui.state.loaded import Loaded
from mcptui.stores.bundle import Stores
from mcptui.upstream.call import Peer
from mcptui.upstream.connect import ConnectionDeps
from mcptui.upstream.lease import CATALOGUE
from mcptui.upstream.server.lists import Lists
from mcptui.upstream.server.server import UpstreamServer
from tests.support.gateway import key, state

A, B = Server(name="a", url="http://a"), Server(name="b", url="http://b")


def loaded(*entries: Any, revision: str = "r") -> Loaded:
    return Loaded(state(*entries), revision)


def headers(name: str) -> dict[str, list[str]]:
    return {"authorization": [f"Bearer sk-{name}"]}


@pytest.fixture
def core(monkeypatch: pytest.MonkeyPatch) -> Core:
    """A core whose servers are never connected to."""
    monkeypatch.setattr(UpstreamServer, "start", lambda _: None)
    deps = cast("ConnectionDeps", SimpleNamespace(resolve=None, networks=None, known=KnownSecrets(), limits=Limits))
    return Core(loaded(A, key("k", servers=("a",)), key("slow", rpm=2)), deps, Stores.in_memory())


async def test_a_key_is_admitted_with_its_address(core: Core) -> None:
    principal = await core.admit("10.0.0.1", headers("k"), "POST /mcp")
    assert (principal, principal.address) == (KeyPrincipal("k"), "10.0.0.1")
    with pytest.raises(AuthError) as caught:
        await core.admit(None, headers("nobody"), "POST /mcp")
    assert caught.value.status == 401


async def test_a_key_is_admitted_so_often(core: Core) -> None:
    for _ in range(2):
        await core.admit(None, headers("slow"), "POST /mcp")
    with pytest.raises(AuthError) as caught:
        await core.admit(None, headers("slow"), "POST /mcp")
    assert caught.value.status == 429
    await core.admit(None, headers("k"), "POST /mcp")


@pytest.mark.parametrize(
    ("ages", "admitted"), [([5.0, 1.0], False), ([5.0], True), ([70.0, 65.0], True), ([-30.0, -5.0], False)]
)
async def test_requests_of_an_earlier_process_count(core: Core, ages: list[float], admitted: bool) -> None:
    """By the clock on the wall, which may have been set back since."""
    core.restore_limits(("slow", time.time() - age) for age in ages)
    if admitted:
        await core.admit(None, headers("slow"), "POST /mcp")
    else:
        with pytest.raises(AuthError):
            await core.admit(None, headers("slow"), "POST /mcp")


async def test_another_state_takes_effect_at_once(core: Core) -> None:
    core.start()
    seen: list[tuple[Snapshot, Snapshot]] = []
    core.follow(lambda *change: seen.append(change))
    ended: list[str] = []
    for name in ("k", "slow"):
        core.lifetimes.add(Open(KeyPrincipal(name), functools.partial(ended.append, name)))
    before = core.snapshot
    core.swap(loaded(A, B, key("slow"), revision="r2"))
    assert seen == [(before, core.snapshot)]
    assert core.snapshot.revision == "r2"
    assert [server.config.name for server in core.registry.all()] == ["a", "b"]
    assert ended == ["k"], "its key is gone"
    with pytest.raises(AuthError):
        await core.admit(None, headers("k"), "POST /mcp")
    await core.close()


async def test_where_no_server_changed_none_is_looked_at(core: Core, monkeypatch: pytest.MonkeyPatch) -> None:
    core.start()
    applied: list[Any] = []
    monkeypatch.setattr(core.registry, "apply", applied.append)
    core.swap(loaded(A, key("new")))
    core.swap(loaded(replace(A, description="d")))
    assert [list(servers) for servers in applied] == [["a"]]
    await core.close()


async def test_what_a_server_has_is_remembered_as_long_as_it_is_configured(core: Core) -> None:
    core.start()
    server = core.registry.get("a")
    assert server is not None
    server.show(Peer(era="stateless", version="x", capabilities={}), Lists(tools=({"name": "t"},)))
    core.registry._heard(server, "status", {}, CATALOGUE)
    assert core.stores.catalogues.get("a") is None
    core.registry._heard(server, "lists", {}, CATALOGUE)
    entry = core.stores.catalogues.get("a")
    assert entry is not None
    assert entry["offer"]["lists"]["tools"] == ({"name": "t"},)
    core.swap(loaded(B))
    assert core.stores.catalogues.get("a") is None
    await core.close()


async def test_a_failure_in_here_says_only_where_to_look(core: Core, caplog: pytest.LogCaptureFixture) -> None:
    asked = Exchange(
        principal=OPERATOR, snapshot=core.snapshot, era="stateless", version="x", method="tools/call", params={}
    )
    with caplog.at_level(logging.ERROR):
        error = core.internal_error(asked, ValueError("canary"))
    assert "canary" not in str(error.to_wire())
    (record,) = caplog.records
    assert error.data["request"] in record.getMessage()
    assert "tools/call" in record.getMessage()
    assert record.exc_info is not None
    assert core.internal_error(asked, ValueError()).data != error.data


async def test_what_was_opened_last_is_closed_first(core: Core) -> None:
    closed: list[str] = []
    for name in ("one", "two"):

        async def close(name: str = name) -> None:
            closed.append(name)

        core.at_close(close)
    await core.close()
    assert closed == ["two", "one"]
