"""What a principal sees: the servers' lists filtered, named, ordered and already serialised."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from mcptui.gateway.catalogue.registry import Registry
from mcptui.gateway.identity.client_headers import ClientHeaders
from mcptui.gateway.principal import Principal
from mcptui.gateway.scope import Scope
from mcptui.gateway.snapshot import Snapshot
from mcptui.protocol import jsonrpc
from mcptui.protocol.headers import annotated
from mcptui.protocol.listed.items import with_object_results
from mcptui.protocol.names import Source, expose
from mcptui.protocol.versions import Era
from mcptui.upstream.server.server import UpstreamServer

#: The longest text of instructions handed on, characters; they are untrusted and cost the model tokens.
MAX_INSTRUCTIONS: Final = 16_000

Item = dict[str, Any]
#: Views of clients with credentials of their own that are kept.
MAX_CLIENT_VIEWS: Final = 256

#: List method → member of its result.
LISTS: Final = {
    "tools/list": "tools",
    "prompts/list": "prompts",
    "resources/list": "resources",
    "resources/templates/list": "resourceTemplates",
}


@dataclass(frozen=True, slots=True)
class Template:
    """A resource template of a server, with a pattern that its URIs match."""

    pattern: re.Pattern[str]
    server: str


@dataclass(frozen=True, slots=True)
class Listed:
    """The items of each list method, and the same serialised: the list's member and the end of the message."""

    items: Mapping[str, tuple[Item, ...]]
    encoded: Mapping[str, bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Everything that lists and routing need for one principal, scope and revision."""

    servers: tuple[str, ...]
    #: Exposed name → (server, name there).
    tools: Mapping[str, tuple[str, str]]
    prompts: Mapping[str, tuple[str, str]]
    #: Bare tool name → exposed name, where only one server has it.
    bare: Mapping[str, str]
    #: URI → server.
    resources: Mapping[str, str]
    templates: tuple[Template, ...]
    #: The server that URIs belong to which nobody lists, where there is only one.
    only_server: str | None
    #: Input schemas by exposed name, of the tools whose arguments are mirrored in headers.
    mirrored: Mapping[str, Any]
    #: The lists by the era of the client: the same ones, unless a tool returns what only the stateless era knows.
    lists: Mapping[Era, Listed]
    capabilities: dict[str, Any]
    instructions: str | None

    @property
    def items(self) -> Mapping[str, tuple[Item, ...]]:
        """The items of each list method, as the servers have them."""
        return self.lists["stateless"].items

    @property
    def encoded(self) -> Mapping[str, bytes]:
        """The same serialised."""
        return self.lists["stateless"].encoded

    def tool(self, name: str) -> tuple[str, str] | None:
        """(server, name there) for an exposed name, or a bare one while it is unambiguous."""
        owner = self.tools.get(name)
        if owner is None and name in self.bare:
            owner = self.tools[self.bare[name]]
        return owner

    def owner_of(self, uri: str) -> str | None:
        """The server that a resource URI belongs to: listed, else by template, else the only one there is."""
        if uri in self.resources:
            return self.resources[uri]
        for template in self.templates:
            if template.pattern.fullmatch(uri):
                return template.server
        return self.only_server


class Catalogue:
    """Builds views and keeps them until the state or a list changes."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._views: dict[tuple[Principal, Scope], View] = {}
        self._built_for: tuple[str, int] = ("", -1)
        self._client_views: OrderedDict[object, View] = OrderedDict()

    def view(self, snapshot: Snapshot, principal: Principal, scope: Scope, client: ClientHeaders | None = None) -> View:
        """The view of ``principal`` in ``scope``, where ``client`` is what its request says to servers."""
        if client is not None or snapshot.has_own_logins:
            return self._client_view(snapshot, principal, scope, client)
        built_for = (snapshot.revision, self._registry.revision)
        if built_for != self._built_for:
            self._views.clear()
            self._built_for = built_for
        key = (principal, scope)
        view = self._views.get(key)
        if view is None:
            view = self._views[key] = self._build(snapshot, principal, scope)
        return view

    def _client_view(
        self, snapshot: Snapshot, principal: Principal, scope: Scope, client: ClientHeaders | None
    ) -> View:
        revisions = (snapshot.revision, self._registry.revision, self._registry.variant_revision)
        key = (*revisions, principal, scope, client.digest if client is not None else "")
        view = self._client_views.get(key)
        if view is None:
            view = self._client_views[key] = self._build(snapshot, principal, scope, client)
            if len(self._client_views) > MAX_CLIENT_VIEWS:
                self._client_views.popitem(last=False)
        self._client_views.move_to_end(key)
        return view

    def _build(
        self, snapshot: Snapshot, principal: Principal, scope: Scope, client: ClientHeaders | None = None
    ) -> View:
        access = snapshot.access(principal)
        wanted = access.servers if scope.names is None else snapshot.servers_in(scope.names)
        servers = [
            server
            for name in wanted
            if access.allows_server(name) and (server := self._registry.upstream(name, principal, client)) is not None
        ]
        tools = {
            server.config.name: {
                tool["name"]: tool
                for tool in server.lists.tools
                if access.allows_tool(server.config.name, tool["name"])
            }
            for server in servers
        }
        prompts = {
            server.config.name: {prompt["name"]: prompt for prompt in server.lists.prompts}
            for server in servers
            if access.allows_prompts(server.config.name)
        }
        tool_names = _names(snapshot, servers, tools, scope)
        prompt_names = _names(snapshot, servers, prompts, scope)
        readable = [server for server in servers if access.allows_resources(server.config.name)]
        resources: dict[str, tuple[str, Item]] = {}
        templates: dict[str, tuple[str, Item]] = {}
        for server in readable:
            for item in server.lists.resources:
                resources.setdefault(item["uri"], (server.config.name, item))
            for item in server.lists.templates:
                templates.setdefault(item["uriTemplate"], (server.config.name, item))
        listed_tools = _renamed(tool_names, tools)
        items = {
            "tools/list": listed_tools,
            "prompts/list": _renamed(prompt_names, prompts),
            "resources/list": tuple(item for _, item in resources.values()),
            "resources/templates/list": tuple(item for _, item in templates.values()),
        }
        return View(
            servers=tuple(server.config.name for server in servers),
            tools=tool_names,
            prompts=prompt_names,
            bare=_unambiguous(tool_names),
            resources={uri: owner for uri, (owner, _) in resources.items()},
            only_server=readable[0].config.name if len(readable) == len(servers) == 1 else None,
            templates=tuple(Template(_pattern(text), owner) for text, (owner, _) in templates.items()),
            mirrored={tool["name"]: schema for tool in listed_tools if annotated(schema := tool.get("inputSchema"))},
            lists=_by_era(items),
            capabilities=_capabilities(servers, prompts, readable),
            instructions=_instructions(servers),
        )


def _by_era(items: Mapping[str, tuple[Item, ...]]) -> Mapping[Era, Listed]:
    newest = Listed(items, {method: end_of_list(method, value) for method, value in items.items()})
    tools = tuple(with_object_results(tool) for tool in items["tools/list"])
    if all(mine is theirs for mine, theirs in zip(tools, items["tools/list"], strict=True)):
        return {"stateless": newest, "handshake": newest}
    encoded = {**newest.encoded, "tools/list": end_of_list("tools/list", tools)}
    return {"stateless": newest, "handshake": Listed({**items, "tools/list": tools}, encoded)}


def end_of_list(method: str, items: tuple[Item, ...]) -> bytes:
    """The member with ``items`` of a list's result, and the end of the message around it."""
    return b'"%b":%b}}' % (LISTS[method].encode(), jsonrpc.encode(list(items)))


def _names(
    snapshot: Snapshot, servers: Iterable[UpstreamServer], lists: Mapping[str, Mapping[str, Item]], scope: Scope
) -> dict[str, tuple[str, str]]:
    settings = snapshot.state.gateway
    if scope.bare:
        return {name: (server, name) for server, items in lists.items() for name in items}
    sources = (
        Source(
            server.config.name,
            server.config.tool_prefix,
            tuple(lists.get(server.config.name, ())),
            explicit=server.config.prefix is not None,
        )
        for server in servers
    )
    return expose(sources, separator=settings.separator, mode=settings.prefix)


def _renamed(names: Mapping[str, tuple[str, str]], lists: Mapping[str, Mapping[str, Item]]) -> tuple[Item, ...]:
    """The items under their exposed names; every other member is as received."""
    renamed = []
    for exposed, (server, name) in names.items():
        item = lists[server][name]
        renamed.append(item if exposed == name else {**item, "name": exposed})
    return tuple(renamed)


def _unambiguous(names: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    owners: dict[str, list[str]] = {}
    for exposed, (_, name) in names.items():
        owners.setdefault(name, []).append(exposed)
    return {name: exposed[0] for name, exposed in owners.items() if len(exposed) == 1}


def _pattern(template: str) -> re.Pattern[str]:
    """A pattern for the URIs of an RFC 6570 template; lenient, since it only routes."""
    parts = re.split(r"(\{[^{}]*\})", template)
    return re.compile(
        "".join(
            (".*" if part[1:2] in "+#/?&;." else "[^/]*") if part.startswith("{") else re.escape(part) for part in parts
        ),
        re.DOTALL,
    )


def _capabilities(
    servers: Iterable[UpstreamServer], prompts: Mapping[str, Mapping[str, Item]], readable: list[UpstreamServer]
) -> dict[str, Any]:
    """The union of what is really behind; ``listChanged`` always, since grants and servers change lists."""
    offers = [server.peer.capabilities for server in servers if server.peer is not None]
    union: dict[str, Any] = {"tools": {"listChanged": True}}
    if prompts and any("prompts" in offer for offer in offers):
        union["prompts"] = {"listChanged": True}
    readable_offers = [server.peer.capabilities for server in readable if server.peer is not None]
    if any("resources" in offer for offer in readable_offers):
        resources = [offer["resources"] for offer in readable_offers if isinstance(offer.get("resources"), dict)]
        subscribe = any(value.get("subscribe") is True for value in resources)
        union["resources"] = {"listChanged": True} | ({"subscribe": True} if subscribe else {})
    for name in ("completions", "logging"):
        if any(name in offer for offer in offers):
            union[name] = {}
    if len(offers) == 1:
        # What the gateway does not know itself can only be promised where it is clear whose it is.
        union |= {name: offers[0][name] for name in ("tasks", "extensions", "experimental") if name in offers[0]}
    return union


def _instructions(servers: Iterable[UpstreamServer]) -> str | None:
    texts = [
        (server.config.name, server.peer.instructions)
        for server in servers
        if server.peer is not None and server.peer.instructions
    ]
    if not texts:
        return None
    if len(texts) == 1:
        return texts[0][1][:MAX_INSTRUCTIONS]
    return "\n\n".join(f"# {name}\n{text}" for name, text in texts)[:MAX_INSTRUCTIONS]
