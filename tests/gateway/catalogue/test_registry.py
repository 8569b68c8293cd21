"""The servers at run time follow the state: who starts, who stays, who is closed, who is told."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from mcptui.gateway.catalogue import registry as registry_module
from mcptui.gateway.catalogue.registry import NOT_APART, Registry
from mcptui.gateway.identity.client_headers import ClientHeaders
from mcptui.gateway.principal import OPERATOR, KeyPrincipal
from mcptui.model import Server
from mcptui.model.auth import BearerToken, OAuth
from mcptui.upstream.call import Peer
from mcptui.upstream.connect import ConnectionDeps
from mcptui.upstream.lease import CATALOGUE, Owner
from mcptui.upstream.server.audience import Audience, profile_of
from mcptui.upstream.server.lists import Lists, Offer
from mcptui.upstream.server.server import UpstreamServer

PEER = Peer(era="stateless", version="x", capabilities={})
LISTS = Lists(tools=({"name": "t"},))
A, B = Server(name="a", url="http://a/mcp"), Server(name="b", command="b-mcp")
K, L = KeyPrincipal("k"), KeyPrincipal("l")


class World:
    """A registry whose servers do nothing but say that they were started and closed."""

    def __init__(self) -> None:
        nothing: Any = None
        self.restored: list[str] = []
        self.registry = Registry(
            ConnectionDeps(*[nothing] * 4), lambda server: self.restored.append(server.config.name)
        )
        self.started: list[UpstreamServer] = []
        self.closed: list[UpstreamServer] = []
        self.forgotten: list[tuple[str, str]] = []

    def apply(self, *servers: Server) -> None:
        self.registry.apply({server.name: server for server in servers})

    def get(self, name: str) -> UpstreamServer:
        found = self.registry.get(name)
        assert found is not None
        return found

    async def settle(self) -> None:
        """Let what was begun in the background end."""
        await asyncio.gather(*self.registry._closing)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    world = World()

    async def close(server: UpstreamServer) -> None:
        world.closed.append(server)

    async def forget(server: UpstreamServer, principal: str) -> None:
        world.forgotten.append((server.config.name, principal))

    monkeypatch.setattr(UpstreamServer, "start", lambda server: world.started.append(server))
    monkeypatch.setattr(UpstreamServer, "close", close)
    monkeypatch.setattr(UpstreamServer, "forget", forget)
    monkeypatch.setattr(UpstreamServer, "forget_session", forget)
    return world


def client(auth: str = "t") -> ClientHeaders:
    return ClientHeaders(auth, {}, {}, auth)


async def test_servers_come_and_go_with_the_state(world: World) -> None:
    world.apply(A, B)
    a, b = world.get("a"), world.get("b")
    assert world.registry.all() == world.started == [a, b]
    assert world.restored == ["a", "b"]
    world.apply(B)
    await world.settle()
    assert (world.registry.all(), world.closed, world.registry.get("a")) == ([b], [a], None)
    world.apply(B, A)
    assert [server.config.name for server in world.registry.all()] == ["b", "a"]
    assert world.get("a") is not a
    assert world.restored == ["a", "b", "a"]


async def test_connections_stay_where_they_would_be_opened_alike(world: World) -> None:
    world.apply(A)
    a = world.get("a")
    other = replace(A, description="d", timeout=5.0, max_concurrent=7)
    world.apply(other)
    assert world.get("a") is a
    assert a.config == other
    assert len(world.started) == 1


@pytest.mark.parametrize(
    ("other", "is_shown"),
    [
        (replace(A, auth=BearerToken(auth_value="t")), True),
        (replace(A, headers={"X-A": "1"}), True),
        (replace(A, url="http://other/mcp"), False),
        (replace(A, spec_version="2025-03-26"), False),
    ],
)
async def test_what_another_description_of_the_same_server_offers_is_known_already(
    world: World, other: Server, is_shown: bool
) -> None:
    world.apply(A)
    before = world.get("a")
    before.show(PEER, LISTS)
    world.apply(other)
    await world.settle()
    after = world.get("a")
    assert after is not before
    assert world.closed == [before]
    assert (after.lists.tools == LISTS.tools) is is_shown
    assert world.restored == ["a"], "what an earlier process knew is of a server that was described differently"


async def test_a_server_that_is_opened_anew_shows_what_it_had(world: World) -> None:
    world.apply(A, B)
    before = world.get("a")
    before.show(PEER, LISTS)
    await world.registry.reopen("a")
    await world.registry.reopen("nobody")
    await world.settle()
    assert world.closed == [before]
    assert (world.get("a").peer, world.get("a").lists) == (PEER, LISTS)
    assert [server.config.name for server in world.registry.all()] == ["a", "b"]


@pytest.mark.parametrize(
    ("path", "opened"), [("x", ["a"]), ("y", ["b"]), (None, ["a", "b"]), ("z", []), ("server/a/x", [])]
)
async def test_a_changed_secret_opens_those_that_use_it(world: World, path: str | None, opened: list[str]) -> None:
    world.apply(
        replace(A, headers={"X": "${secret:x}"}), replace(B, env={"Y": "${secret:y}"}), Server(name="c", url="http://c")
    )
    del world.started[:]
    await world.registry.reopen_using(path)
    assert [server.config.name for server in world.started] == opened


@pytest.mark.parametrize(("change", "is_settled"), [({"max_processes": 3}, True), ({"env": {"A": "1"}}, False)])
async def test_a_command_in_another_environment_is_read_again(
    world: World, change: dict[str, Any], is_settled: bool
) -> None:
    world.apply(B)
    world.get("b").show(PEER, LISTS)
    world.apply(replace(B, **change))
    await world.settle()
    assert world.get("b").lists.tools == LISTS.tools
    assert world.get("b").was_read is is_settled


@pytest.mark.parametrize(("path", "opened"), [(None, []), ("y", ["b"])])
async def test_secrets_that_can_be_read_now_start_no_process_that_is_at_rest(
    world: World, path: str | None, opened: list[str]
) -> None:
    world.apply(replace(B, env={"Y": "${secret:y}"}))
    world.get("b").restore(PEER, LISTS)
    del world.started[:]
    await world.registry.reopen_using(path)
    assert [server.config.name for server in world.started] == opened


async def test_a_client_with_a_credential_reaches_a_server_of_its_own(world: World) -> None:
    world.apply(A)
    shared = world.registry.upstream("a", K, None)
    own = world.registry.upstream("a", K, client())
    assert shared is world.get("a")
    assert own is not shared
    assert world.registry.upstream("a", K, client()) is own
    assert world.registry.upstream("a", K, client("u")) is not own
    assert world.registry.upstream("a", L, client()) is not own
    assert world.registry.upstream("nobody", K, client()) is None
    assert own is not None
    assert own.limit is world.get("a").limit, "both count for the same server"
    assert world.registry.find(world.registry.key("a", K, client())) is own
    assert world.registry.find(world.registry.key("a", K, None)) is shared
    assert own in world.registry.connected()
    assert own not in world.registry.all()


async def test_where_keys_log_in_themselves_every_key_has_its_own_form(world: World) -> None:
    world.apply(replace(A, auth=OAuth(credentials="per-key")))
    own = world.registry.upstream("a", K, None)
    assert own not in (world.get("a"), world.registry.upstream("a", L, None))
    assert world.registry.upstream("a", OPERATOR, None) is world.get("a")
    await world.registry.logged_in("a", "k")
    await world.settle()
    assert world.closed == [own]
    assert world.registry.upstream("a", K, None) is not own
    shared = world.get("a")
    await world.registry.logged_in("a", None)
    assert world.get("a") is not shared


async def test_forms_of_a_server_end_with_it_and_stay_with_it(world: World) -> None:
    world.apply(A, B)
    own: Any = world.registry.upstream("a", K, client())
    world.apply(replace(A, description="d"), B)
    assert own.config.description == "d"
    assert world.closed == []
    world.apply(replace(A, headers={"X": "1"}), B)
    await world.settle()
    assert own in world.closed
    again: Any = world.registry.upstream("a", K, client())
    await world.registry.reopen("a")
    await world.settle()
    assert again in world.closed


async def test_of_a_principal_that_lost_its_access_nothing_stays_open(world: World) -> None:
    world.apply(A, B)
    mine, other = world.registry.upstream("a", K, client()), world.registry.upstream("a", L, client())
    world.registry.forget(K.id, "a")
    await world.settle()
    assert world.closed == [mine]
    assert other in world.registry.connected()
    assert world.forgotten == [("a", K.id)]


async def test_who_listens_hears_of_servers_that_run(world: World) -> None:
    heard: list[tuple[str, str, Owner]] = []
    world.registry.listen(lambda server, event, params, source: heard.append((server.config.name, event, source)))
    world.apply(A)
    mine = Owner("key:k", "s")
    before, revisions = world.get("a"), [world.registry.revision, world.registry.variant_revision]
    world.registry._heard(before, "status", {}, CATALOGUE)
    assert [world.registry.revision, world.registry.variant_revision] == revisions
    world.registry._heard(before, "lists", {}, mine)
    own: Any = world.registry.upstream("a", K, client())
    world.registry._heard(own, "lists", {}, CATALOGUE)
    assert [world.registry.revision, world.registry.variant_revision] == [revisions[0], revisions[1] + 1]
    assert heard == [("a", "status", CATALOGUE), ("a", "lists", mine), ("a", "lists", CATALOGUE)]
    await world.registry.reopen("a")
    world.registry._heard(before, "lists", {}, CATALOGUE)
    world.registry._heard(own, "lists", {}, CATALOGUE)
    assert len(heard) == 3, "those are closed"


async def test_those_who_see_something_of_their_own_are_told_apart(world: World) -> None:
    world.apply(A, B)
    registry, mine = world.registry, Audience(profile_of({"roots": {}}), "s")
    assert registry.apart(mine) == NOT_APART
    running = world.get("a")
    running.profiles.restore([(mine.profile, Offer(None, Lists(tools=({"name": "t"},))))])
    registry._heard(running, "lists", {}, CATALOGUE)
    assert registry.apart(mine) == (mine.profile.digest, 0)
    revision = registry.revision
    registry._heard(running, "lists", {}, Owner("", "s"))
    first = registry.apart(mine)
    registry._heard(running, "lists", {}, Owner("", "s"))
    assert len({first, registry.apart(mine), registry.apart(mine._replace(session="other")), NOT_APART}) == 4
    assert registry.revision == revision, "nobody else sees anything new"
    registry.forget_session("s")
    assert registry.apart(mine) == (mine.profile.digest, 0)
    await world.settle()
    assert world.forgotten == [("a", "s"), ("b", "s")]


@pytest.mark.parametrize(
    "change",
    [
        lambda registry: registry.reopen("a"),
        lambda registry: registry.reopen_using(None),
        lambda registry: registry.logged_in("a", None),
        lambda registry: registry.logged_in("a", "k"),
    ],
    ids=["reopened", "reopened for a secret", "logged in", "logged in for a key"],
)
async def test_views_of_a_server_that_was_replaced_are_made_anew(
    world: World, change: Callable[[Registry], Awaitable[None]]
) -> None:
    world.apply(replace(A, headers={"X": "${secret:x}"}, auth=OAuth(credentials="per-key")))
    world.registry.upstream("a", K, None)
    before = (world.registry.revision, world.registry.variant_revision)
    await change(world.registry)
    assert (world.registry.revision, world.registry.variant_revision) > before


async def test_the_sessions_are_told_apart_whose_lists_changed_last(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry_module, "MAX_SESSIONS_APART", 2)
    world.apply(A)
    for session in ("one", "two", "one", "three"):
        world.registry._heard(world.get("a"), "lists", {}, Owner("", session))
    apart = [session for session in ("one", "two", "three") if world.registry.apart(Audience(session=session))[1]]
    assert apart == ["one", "three"]


async def test_closing_closes_every_form_of_every_server(world: World) -> None:
    world.apply(A, B)
    everything: list[Any] = [world.registry.upstream("a", K, client()), *world.registry.all()]
    await world.registry.close()
    assert sorted(map(id, world.closed)) == sorted(map(id, everything))
    assert world.registry.connected() == []
