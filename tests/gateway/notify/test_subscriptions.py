"""Who subscribes to what, at which form of a server; upstream counts those of one connection."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from mcptui.gateway.catalogue.per_credential import VariantKey
from mcptui.gateway.exchange import Exchange
from mcptui.gateway.notify import subscriptions as module
from mcptui.gateway.notify.change_notifier import Listener
from mcptui.gateway.notify.subscriptions import Subscriptions
from mcptui.gateway.principal import OPERATOR, KeyPrincipal
from mcptui.gateway.scope import ALL
from mcptui.gateway.snapshot import Snapshot
from mcptui.model import State
from mcptui.protocol.errors import RpcError, unknown_resource
from mcptui.secrets.known import KnownSecrets
from mcptui.state.loaded import Loaded
from mcptui.upstream.connect import Identity
from mcptui.upstream.errors import UpstreamError
from mcptui.upstream.lease import Owner


class Server:
    """Keeps what it was told."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.error: Exception | None = None
        self.go = asyncio.Event()
        self.go.set()

    async def subscribe(self, uri: str, owner: Owner, identity: Identity) -> Owner:
        await self.go.wait()
        if self.error is not None:
            raise self.error
        self.told.append(f"+{uri}")
        return owner

    async def unsubscribe(self, uri: str, holder: Owner) -> None:
        self.told.append(f"-{uri}")


class World:
    """The server of "a://…" is a, in a form for each principal where that is wanted; other URIs are nobody's."""

    def __init__(self) -> None:
        self.servers: dict[VariantKey, Server] = {}
        self.has_own_forms = False
        relay: Any = self
        registry: Any = self
        self.subscriptions = Subscriptions(registry, relay)

    # As the relay.

    async def resource_owner(self, exchange: Exchange) -> str:
        uri = str(exchange.params["uri"])
        if not uri.startswith("a://"):
            raise unknown_resource(uri)
        return "a"

    def upstream(self, exchange: Exchange, name: str) -> Any:
        return self.server(self.key(name, exchange.principal, None))

    # As the registry.

    known = KnownSecrets()

    def key(self, name: str, principal: Any, client: Any) -> VariantKey:
        return VariantKey(name, principal.id, "c") if self.has_own_forms else VariantKey(name)

    def find(self, key: VariantKey) -> Any:
        return self.servers.get(key)

    def server(self, key: VariantKey | None = None) -> Server:
        return self.servers.setdefault(key or VariantKey("a"), Server())


def exchange(key: str | None = None) -> Exchange:
    principal = OPERATOR if key is None else KeyPrincipal(key)
    return Exchange(
        principal=principal,
        snapshot=Snapshot(Loaded(State(), "r")),
        era="stateless",
        version="x",
        method="resources/subscribe",
        params={"other": 1},
    )


def listener() -> Listener:
    return Listener(OPERATOR, ALL, lambda *_: None, lambda: None)


@pytest.fixture
def world() -> World:
    return World()


async def test_the_server_is_told_of_each_who_wants_it_once(world: World) -> None:
    one, other = listener(), listener()
    for each in (one, other, one):
        await world.subscriptions.add(exchange(), each, "a://1")
    assert world.server().told == ["+a://1", "+a://1"]
    await world.subscriptions.remove(one, "a://1")
    await world.subscriptions.remove(one, "a://1")
    assert world.server().told == ["+a://1", "+a://1", "-a://1"]
    assert (one.resources, other.resources) == (set(), {"a://1"})
    await world.subscriptions.remove(other, "a://1")
    await world.subscriptions.add(exchange(), one, "a://1")
    assert world.server().told == ["+a://1", "+a://1", "-a://1", "-a://1", "+a://1"]


async def test_every_form_of_a_server_is_told_for_itself(world: World) -> None:
    world.has_own_forms = True
    one, other = listener(), listener()
    await world.subscriptions.add(exchange("k"), one, "a://1")
    await world.subscriptions.add(exchange("l"), other, "a://1")
    assert [server.told for server in world.servers.values()] == [["+a://1"]] * 2
    await world.subscriptions.remove_all(one)
    assert [server.told for server in world.servers.values()] == [["+a://1", "-a://1"], ["+a://1"]]


async def test_a_form_that_is_closed_has_forgotten_anyway(world: World) -> None:
    one = listener()
    await world.subscriptions.add(exchange(), one, "a://1")
    world.servers.clear()
    await world.subscriptions.remove(one, "a://1")
    assert one.resources == set()
    await world.subscriptions.add(exchange(), one, "a://1")
    assert world.server().told == ["+a://1"]


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (UpstreamError("it is away"), "Server a failed: it is away"),
        (RpcError(-32601, "no subscriptions"), "no subscriptions"),
    ],
)
async def test_what_the_server_refuses_is_not_subscribed_to(world: World, error: Exception, says: str) -> None:
    one = listener()
    world.server().error = error
    with pytest.raises(RpcError, match=says):
        await world.subscriptions.add(exchange(), one, "a://1")
    assert one.resources == set()
    # The next one who asks is the first again.
    world.server().error = None
    await world.subscriptions.add(exchange(), one, "a://1")
    assert world.server().told == ["+a://1"]


async def test_of_several_what_may_be_read_is_accepted(world: World) -> None:
    one = listener()
    accepted = await world.subscriptions.add_all(exchange(), one, ["a://1", "x://1", "a://2"])
    assert accepted == ["a://1", "a://2"]
    assert one.resources == {"a://1", "a://2"}
    await world.subscriptions.remove_all(one)
    assert one.resources == set()
    assert sorted(world.server().told) == ["+a://1", "+a://2", "-a://1", "-a://2"]
    await world.subscriptions.remove_all(one)


async def test_a_stream_subscribes_to_so_many(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_URIS", 2)
    one, other = listener(), listener()
    assert await world.subscriptions.add_all(exchange(), one, ["a://1", "a://2", "a://3", "a://1"]) == [
        "a://1",
        "a://2",
        "a://1",
    ]
    with pytest.raises(RpcError, match="No more than 2 subscriptions"):
        await world.subscriptions.add(exchange(), one, "a://3")
    await world.subscriptions.add(exchange(), other, "a://3")
    await world.subscriptions.remove(one, "a://1")
    await world.subscriptions.add(exchange(), one, "a://3")
    assert one.resources == {"a://2", "a://3"}


async def test_a_request_is_recorded_with_its_server(world: World) -> None:
    asked = exchange()
    await world.subscriptions.add(asked, listener(), "a://1")
    assert (asked.server, asked.params) == ("a", {"other": 1})


async def under_way(world: World, one: Listener, *uris: str) -> list[asyncio.Task[None]]:
    """Requests that all have come before the server answers the first."""
    world.server().go.clear()
    asked = [asyncio.create_task(world.subscriptions.add(exchange(), one, uri)) for uri in uris]
    await asyncio.sleep(0)
    return asked


async def test_two_requests_at_once_subscribe_once(world: World) -> None:
    one = listener()
    asked = await under_way(world, one, "a://1", "a://1")
    world.server().go.set()
    await asyncio.gather(*asked)
    await world.subscriptions.remove(one, "a://1")
    assert world.server().told == ["+a://1", "-a://1"]


async def test_requests_at_once_are_no_more_than_one_after_another(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_URIS", 1)
    one = listener()
    asked = await under_way(world, one, "a://1", "a://2")
    world.server().go.set()
    _, second = await asyncio.gather(*asked, return_exceptions=True)
    assert isinstance(second, RpcError)
    assert one.resources == {"a://1"}


async def test_what_is_removed_while_the_server_is_asked_does_not_stay(world: World) -> None:
    one = listener()
    (asked,) = await under_way(world, one, "a://1")
    await world.subscriptions.remove_all(one)
    world.server().go.set()
    await asked
    assert world.server().told == ["+a://1", "-a://1"]
    assert one.resources == set()


async def test_what_is_removed_and_wanted_again_meanwhile_is_subscribed_to_once(world: World) -> None:
    one = listener()
    (first,) = await under_way(world, one, "a://1")
    await world.subscriptions.remove(one, "a://1")
    (second,) = await under_way(world, one, "a://1")
    world.server().go.set()
    await asyncio.gather(first, second)
    assert sorted(world.server().told) == ["+a://1", "+a://1", "-a://1"]
    assert one.resources == {"a://1"}
    await world.subscriptions.remove_all(one)
    assert world.server().told[-1] == "-a://1"


async def test_who_goes_while_the_server_is_asked_leaves_nothing(world: World) -> None:
    one = listener()
    (asked,) = await under_way(world, one, "a://1")
    asked.cancel()
    await asyncio.wait([asked])
    assert one.resources == set()
    world.server().go.set()
    await world.subscriptions.add(exchange(), one, "a://1")
    assert world.server().told == ["+a://1"]
