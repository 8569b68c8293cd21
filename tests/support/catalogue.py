"""Views of servers whose lists are simply set."""

from __future__ import annotations

from typing import Any

from mcptui.gateway.catalogue.registry import Registry
from mcptui.gateway.catalogue.view import View
from mcptui.gateway.catalogue.views import Catalogue
from mcptui.gateway.principal import OPERATOR, KeyPrincipal
from mcptui.gateway.scope import ALL, Scope
from mcptui.gateway.snapshot import Snapshot
from mcptui.model import GatewaySettings, Server, State
from mcptui.state.loaded import Loaded
from mcptui.upstream.call import Peer
from mcptui.upstream.connect import ConnectionDeps
from mcptui.upstream.server.audience import ANYBODY, Audience
from mcptui.upstream.server.lists import Lists
from tests.support.gateway import key, state


def tool(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "inputSchema": {"type": "object"}, **more}


def resource(uri: str, **more: Any) -> dict[str, Any]:
    return {"uri": uri, "name": uri, **more}


class World:
    """Servers whose lists are simply set."""

    def __init__(self, described: State) -> None:
        no_connections: Any = None
        self.snapshot = Snapshot(Loaded(described, "r"))
        self.registry = Registry(ConnectionDeps(*[no_connections] * 4))
        self.registry.apply(described.servers)
        self.catalogue = Catalogue(self.registry)

    def put(self, server: str, lists: Lists, **peer: Any) -> None:
        running = self.registry.get(server)
        assert running is not None
        offers: dict[str, Any] = {"tools": {}, "prompts": {}, "resources": {}}
        running.show(Peer(**{"era": "stateless", "version": "x", "capabilities": offers} | peer), lists)
        self.registry.revision += 1

    def view(self, name: str | None = None, scope: Scope = ALL, audience: Audience = ANYBODY) -> View:
        principal = OPERATOR if name is None else KeyPrincipal(name)
        return self.catalogue.view(self.snapshot, principal, scope, audience=audience)


def world(**settings: Any) -> World:
    made = World(
        state(
            Server(name="a", url="http://a"),
            Server(name="b", url="http://b", prefix="bee"),
            Server(name="off", url="http://c", enabled=False),
            key("all", servers=("*",)),
            key("only-a", servers=("a",), tools={"a": ("x*",)}),
            gateway=GatewaySettings(**settings),
        )
    )
    made.put("a", Lists(tools=(tool("x"), tool("y")), resources=(resource("u:1"), resource("u:2"))))
    made.put("b", Lists(tools=(tool("x"), tool("z")), resources=(resource("u:1"),)))
    made.put("off", Lists(tools=(tool("hidden"),)))
    return made


def names(view: View) -> list[str]:
    return [item["name"] for item in view.items["tools/list"]]
