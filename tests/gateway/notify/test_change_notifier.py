"""Who hears of a change: those who see it, once, and nobody of what is hidden from them."""

from __future__ import annotations

from typing import Any

import pytest

from mcptui.gateway.catalogue.registry import Registry
from mcptui.gateway.catalogue.views import Catalogue
from mcptui.gateway.lifetime.lifetimes import Lifetimes
from mcptui.gateway.notify.change_notifier import ChangeNotifier, Listener
from mcptui.gateway.principal import OPERATOR, KeyPrincipal, Principal
from mcptui.gateway.scope import ALL, Scope
from mcptui.gateway.snapshot import Snapshot
from mcptui.model import Server
from mcptui.state.loaded import Loaded
from mcptui.upstream.call import Peer
from mcptui.upstream.connect import ConnectionDeps
from mcptui.upstream.lease import CATALOGUE, SHARED, Owner
from mcptui.upstream.server.lists import Lists
from mcptui.upstream.server.server import UpstreamServer
from tests.support.gateway import key, state

TOOLS = "notifications/tools/list_changed"
PROMPTS = "notifications/prompts/list_changed"
RESOURCES = "notifications/resources/list_changed"
UPDATED = "notifications/resources/updated"


def tool(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "inputSchema": {"type": "object"}, **more}


class Ear:
    """A listener, and what it was told."""

    def __init__(self, world: World, principal: Principal, scope: Scope, session: str) -> None:
        self.told: list[tuple[str, dict[str, Any]]] = []
        self.was_ended = 0
        self.listener = Listener(principal, scope, lambda *what: self.told.append(what), self._end, session=session)
        world.notifier.add(self.listener)

    def _end(self) -> None:
        self.was_ended += 1

    def notes(self) -> list[str]:
        """The notifications since the last look."""
        found = [note for note, _ in self.told]
        self.told.clear()
        return found


class World:
    """Servers a and b whose lists are simply set; keys that see all, a, and one tool of a."""

    def __init__(self) -> None:
        described = state(
            Server(name="a", url="http://a"),
            Server(name="b", url="http://b"),
            key("all", servers=("*",)),
            key("only-a", servers=("a",)),
            key("one-tool", servers=("a",), tools={"a": ("x",)}),
        )
        nothing: Any = None
        self.registry = Registry(ConnectionDeps(*[nothing] * 4))
        self.registry.apply(described.servers)
        self.lifetimes = Lifetimes(Snapshot(Loaded(described, "r")))
        self.notifier = ChangeNotifier(self.registry, Catalogue(self.registry), self.lifetimes)
        for name in ("a", "b"):
            self.put(name, Lists(tools=(tool("x"), tool("y")), resources=({"uri": f"{name}://1", "name": "1"},)))

    def put(self, name: str, lists: Lists) -> None:
        """Give a server other lists, and say so."""
        offers: dict[str, Any] = {"tools": {}, "prompts": {}, "resources": {}}
        self.server(name).show(Peer(era="stateless", version="x", capabilities=offers), lists)
        self.say(name, "lists")

    def server(self, name: str) -> UpstreamServer:
        found = self.registry.get(name)
        assert found is not None
        return found

    def say(self, name: str, event: str, source: Owner = CATALOGUE, **params: Any) -> None:
        self.registry._heard(self.server(name), event, params, source)

    def ear(self, name: str | None = None, scope: Scope = ALL, session: str = "") -> Ear:
        return Ear(self, OPERATOR if name is None else KeyPrincipal(name), scope, session)

    def pass_on(self) -> None:
        """What was noticed is told: the pause after a first change is over."""
        if self.notifier._timer is not None:
            self.notifier._timer.cancel()
            self.notifier._compare()


@pytest.fixture
async def world(monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(UpstreamServer, "start", lambda _: None)
    world = World()
    world.pass_on()
    return world


@pytest.mark.parametrize(
    ("lists", "notes"),
    [
        (Lists(tools=(tool("x"),)), [RESOURCES, TOOLS]),
        (Lists(tools=(tool("x"), tool("y")), resources=({"uri": "a://1", "name": "1"},)), []),
        (
            Lists(tools=(tool("x"), tool("y")), resources=({"uri": "a://1", "name": "1"},), prompts=({"name": "p"},)),
            [PROMPTS],
        ),
        (
            Lists(
                tools=(tool("x"), tool("y")),
                resources=({"uri": "a://1", "name": "1"},),
                templates=({"uriTemplate": "a://{x}", "name": "t"},),
            ),
            [RESOURCES],
        ),
        (Lists(tools=(tool("x", title="X"), tool("y")), resources=({"uri": "a://1", "name": "1"},)), [TOOLS]),
    ],
)
async def test_what_changed_is_told_once_for_each_list(world: World, lists: Lists, notes: list[str]) -> None:
    ear = world.ear()
    world.put("a", lists)
    world.put("a", lists)
    world.pass_on()
    assert ear.notes() == notes
    world.say("a", "lists")
    world.pass_on()
    assert ear.notes() == []


async def test_nobody_hears_of_what_is_hidden(world: World) -> None:
    everyone = {name: world.ear(name) for name in ("all", "only-a", "one-tool")}
    scoped = world.ear("all", Scope(("b",), bare=True))
    resources = ({"uri": "a://1", "name": "1"},)
    world.put("a", Lists(tools=(tool("x"), tool("z")), resources=resources))
    world.pass_on()
    assert {name: ear.notes() for name, ear in everyone.items()} == {"all": [TOOLS], "only-a": [TOOLS], "one-tool": []}
    assert scoped.notes() == []
    world.put("a", Lists(tools=(tool("x", title="X"), tool("z")), resources=resources))
    world.pass_on()
    assert everyone["one-tool"].notes() == [TOOLS]


async def test_a_server_s_own_word_is_passed_on_to_those_who_see_all_of_it(world: World) -> None:
    everyone = {name: world.ear(name) for name in ("all", "only-a", "one-tool")}
    scoped = world.ear("all", Scope(("b",), bare=True))
    for _ in range(3):
        world.say("a", TOOLS)
    world.pass_on()
    assert {name: ear.notes() for name, ear in everyone.items()} == {"all": [TOOLS], "only-a": [TOOLS], "one-tool": []}
    assert scoped.notes() == []
    world.say("b", PROMPTS)
    world.pass_on()
    assert (everyone["all"].notes(), everyone["only-a"].notes(), scoped.notes()) == ([PROMPTS], [], [PROMPTS])


async def test_another_state_is_a_change_too(world: World) -> None:
    ear, other = world.ear("only-a"), world.ear("all")
    before = world.lifetimes.snapshot.state
    keys = {**before.keys, "only-a": key("only-a", servers=("a",), tools={"a": ("x",)})}
    narrowed = state(*before.servers.values(), *keys.values())
    world.lifetimes.snapshot = Snapshot(Loaded(narrowed, "r2"))
    world.notifier.changed()
    world.pass_on()
    assert (ear.notes(), other.notes()) == ([TOOLS], [])


@pytest.mark.parametrize(
    ("principal", "scope", "wanted", "uri", "hears"),
    [
        ("all", ALL, {"a://1"}, "a://1", True),
        ("all", ALL, {"a://1"}, "a://2", False),
        ("all", ALL, set(), "a://1", False),
        ("all", ALL, {"a://1"}, None, False),
        ("all", ALL, {"a://1"}, ["a://1"], False),
        ("all", Scope(("b",), bare=True), {"a://1"}, "a://1", False),
        # A server says something of a resource that is another's.
        ("all", ALL, {"b://1"}, "b://1", False),
    ],
)
async def test_who_hears_of_an_update(
    world: World, principal: str, scope: Scope, wanted: set[str], uri: Any, hears: bool
) -> None:
    ear = world.ear(principal, scope)
    ear.listener.resources |= wanted
    world.say("a", UPDATED, uri=uri, more=1)
    assert ear.told == ([(UPDATED, {"uri": uri, "more": 1})] if hears else [])


ALL_S, ALL_T, ALL_NONE, OTHER_NONE = ("all", "s"), ("all", "t"), ("all", ""), ("only-a", "")


@pytest.mark.parametrize(
    ("source", "updates", "others"),
    [
        (Owner("key:all", "s"), [ALL_S], [ALL_S]),
        (Owner("key:all", "s", beside=True), [ALL_S], [ALL_S]),
        (Owner("key:all"), [ALL_S, ALL_T, ALL_NONE], [ALL_S, ALL_T, ALL_NONE]),
        (Owner("key:all", capabilities="digest"), [ALL_S, ALL_T, ALL_NONE], [ALL_S, ALL_T, ALL_NONE]),
        (Owner("key:only-a"), [OTHER_NONE], [OTHER_NONE]),
        (Owner("key:gone"), [], []),
        (CATALOGUE, [ALL_S, ALL_T, ALL_NONE, OTHER_NONE], []),
        (SHARED, [ALL_S, ALL_T, ALL_NONE, OTHER_NONE], []),
    ],
)
async def test_what_belongs_to_no_call_goes_to_whoever_uses_the_connection(
    world: World, source: Owner, updates: list[tuple[str, str]], others: list[tuple[str, str]]
) -> None:
    ears = {who: world.ear(who[0], session=who[1]) for who in (ALL_S, ALL_T, ALL_NONE, OTHER_NONE)}
    for ear in ears.values():
        ear.listener.resources.add("a://1")
    world.say("a", UPDATED, source, uri="a://1")
    world.say("a", "notifications/message", source, level="info")
    world.say("a", "status", source)
    assert [who for who, ear in ears.items() if (UPDATED, {"uri": "a://1"}) in ear.told] == updates
    assert [who for who, ear in ears.items() if ("notifications/message", {"level": "info"}) in ear.told] == others
    assert sum(len(ear.told) for ear in ears.values()) == len(updates) + len(others)


async def test_what_is_hidden_from_a_client_says_nothing_to_it(world: World) -> None:
    hidden = world.ear("only-a", session="u")
    world.say("b", "notifications/message", Owner("key:only-a", "u"), level="info")
    assert hidden.told == []


async def test_who_has_left_hears_nothing_more(world: World) -> None:
    ear = world.ear()
    world.put("a", Lists())
    world.notifier.remove(ear.listener)
    world.pass_on()
    world.say("a", "notifications/message")
    assert (ear.told, ear.was_ended) == ([], 0)
    assert ear.listener not in world.lifetimes


async def test_who_comes_has_seen_what_there_is(world: World) -> None:
    world.put("a", Lists())
    ear = world.ear()
    world.pass_on()
    assert ear.notes() == []


async def test_every_stream_ends_with_the_gateway(world: World) -> None:
    ears = [world.ear("all"), world.ear("only-a")]
    world.notifier.end_all()
    world.notifier.end_all()
    assert [ear.was_ended for ear in ears] == [1, 1]
    assert len(world.lifetimes) == 0


async def test_a_listener_whose_key_is_gone_is_ended_at_once(world: World) -> None:
    assert world.ear("revoked").was_ended == 1
