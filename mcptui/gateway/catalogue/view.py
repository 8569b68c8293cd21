"""What one principal sees in one scope: the servers' lists filtered, named, ordered and already serialised."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mcptui.gateway.catalogue.uri_templates import UriTemplate
from mcptui.protocol import jsonrpc
from mcptui.protocol.listed.items import KINDS, Item
from mcptui.protocol.versions import Era
from mcptui.upstream.server.lists import CacheHint


@dataclass(frozen=True, slots=True)
class Template:
    """A resource template, and the server that it is of."""

    uris: UriTemplate
    server: str


@dataclass(frozen=True, slots=True)
class Listed:
    """The items of each list method, and the same serialised: the list's member and the end of the message."""

    items: Mapping[str, tuple[Item, ...]]
    encoded: Mapping[str, bytes]


@dataclass(frozen=True, slots=True, weakref_slot=True, kw_only=True)
class View:
    """Everything that lists and routing need for one principal, scope and revision."""

    servers: tuple[str, ...]
    #: Exposed name → (server, name there).
    tools: Mapping[str, tuple[str, str]]
    prompts: Mapping[str, tuple[str, str]]
    #: Bare tool name → exposed name, where only one server has it.
    bare: Mapping[str, str]
    #: URI → server; the first one, where several list it.
    resources: Mapping[str, str]
    #: URI → server whose tool names it: the pages that MCP Apps show are in no list.
    linked: Mapping[str, str]
    #: The most specific first: it says most of whose a URI is.
    templates: tuple[Template, ...]
    #: The servers of the listed resources, in their order.
    resource_owners: tuple[str, ...]
    #: The server that URIs belong to which nobody lists, where there is only one.
    only_server: str | None
    #: Input schemas by exposed name, of the tools whose arguments are mirrored in headers.
    mirrored: Mapping[str, Any]
    #: The lists by the era of the client: the same ones, unless a tool returns what only the stateless era knows.
    lists: Mapping[Era, Listed]
    #: How long clients may keep each list, and who.
    hints: Mapping[str, CacheHint]
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

    def listed_owner(self, uri: str) -> str | None:
        """The server that lists a resource, or whose tool names it."""
        return self.resources.get(uri) or self.linked.get(uri)

    def likely_owner(self, uri: str) -> str | None:
        """The server that a URI which nobody lists belongs to: by a template, else the only one there is."""
        matching = (template.server for template in self.templates if template.uris.matches(uri))
        return next(matching, self.only_server)

    def owner_of(self, uri: str) -> str | None:
        """The server that a resource URI belongs to."""
        return self.listed_owner(uri) or self.likely_owner(uri)


def end_of_list(method: str, items: tuple[Item, ...]) -> bytes:
    """The member with ``items`` of a list's result, and the end of the message around it."""
    return b'"%b":%b}}' % (KINDS[method].member.encode(), jsonrpc.encode(list(items)))
