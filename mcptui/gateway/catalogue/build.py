"""Building a view from what its servers offer, without asking any of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from mcptui.access import Access
from mcptui.access.globs import ToolGlobs
from mcptui.gateway.catalogue import offers
from mcptui.gateway.catalogue.uri_templates import UriTemplate
from mcptui.gateway.catalogue.view import Listed, Template, View, end_of_list
from mcptui.gateway.scope import Scope
from mcptui.model import GatewaySettings, Server
from mcptui.protocol.headers import annotated
from mcptui.protocol.listed.items import KINDS, Item, with_object_results
from mcptui.protocol.names import Source, expose
from mcptui.protocol.versions import Era
from mcptui.upstream.server.lists import CacheHint, Offer

#: Where an item says which server it is of, if more than one lists its URI.
META_SERVER: Final = "mcptui/server"


class Member(NamedTuple):
    """One server of a view."""

    server: Server
    offer: Offer
    #: The lists of which every key sees the whole, and the same in the view: "tools", "prompts", "resources".
    shown_to_all: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """Of the server."""
        return self.server.name


def build(members: Sequence[Member], access: Access, scope: Scope, settings: GatewaySettings) -> View:
    """What a principal with ``access`` sees of ``members``, all of which it may use."""
    with_prompts = [member for member in members if access.allows_prompts(member.name)]
    with_resources = [member for member in members if access.allows_resources(member.name)]
    tools = {
        member.name: {
            tool["name"]: tool
            for tool in _as_the_owner_says(member.server, member.offer.lists.tools)
            if access.allows_tool(member.name, tool["name"])
        }
        for member in members
    }
    prompts = {
        member.name: {prompt["name"]: prompt for prompt in member.offer.lists.prompts} for member in with_prompts
    }
    tool_names = _names(members, tools, scope, settings)
    prompt_names = _names(members, prompts, scope, settings)
    resources = _told_apart("uri", [(member.name, member.offer.lists.resources) for member in with_resources])
    templates = _told_apart("uriTemplate", [(member.name, member.offer.lists.templates) for member in with_resources])
    listed_tools = _renamed(tool_names, tools)
    readable = {member.name for member in with_resources}
    pages = _first_owners(
        (uri, server)
        for server, items in tools.items()
        if server in readable
        for tool in items.values()
        for uri in linked_pages(tool)
    )
    return View(
        servers=tuple(member.name for member in members),
        tools=tool_names,
        prompts=prompt_names,
        bare=_unambiguous(tool_names),
        resources=_first_owners((item["uri"], owner) for owner, item in resources),
        linked=pages,
        resource_owners=tuple(owner for owner, _ in resources),
        only_server=with_resources[0].name if len(with_resources) == len(members) == 1 else None,
        templates=tuple(
            sorted(
                (Template(UriTemplate(item["uriTemplate"]), owner) for owner, item in templates),
                key=lambda template: template.uris.specificity,
                reverse=True,
            )
        ),
        mirrored={tool["name"]: schema for tool in listed_tools if annotated(schema := tool.get("inputSchema"))},
        lists=_by_era(
            {
                "tools/list": listed_tools,
                "prompts/list": _renamed(prompt_names, prompts),
                "resources/list": tuple(item for _, item in resources),
                "resources/templates/list": tuple(item for _, item in templates),
            }
        ),
        hints={
            method: _hint(method, members, concerned)
            for method, concerned in zip(KINDS, (members, with_prompts, with_resources, with_resources), strict=True)
        },
        capabilities=offers.capabilities(
            *map(_capabilities, (members, with_prompts, with_resources)), has_pages=bool(pages)
        ),
        instructions=offers.instructions(
            [
                (member.name, peer.instructions)
                for member in members
                if (peer := member.offer.peer) is not None and peer.instructions
            ]
        ),
    )


def _as_the_owner_says(server: Server, tools: tuple[Item, ...]) -> tuple[Item, ...]:
    """The tools with the owner's word on which of them change nothing: that of the server is a claim."""
    if server.read_only_tools is None:
        return tools
    globs = ToolGlobs(server.read_only_tools)
    return tuple(
        {
            **tool,
            "annotations": {
                **(tool.get("annotations") or {}),
                "readOnlyHint": globs.verdict(tool["name"]) == "allows",
            },
        }
        for tool in tools
    )


def _capabilities(members: Iterable[Member]) -> list[Mapping[str, Any]]:
    return [member.offer.peer.capabilities for member in members if member.offer.peer is not None]


def _hint(method: str, members: Sequence[Member], concerned: Sequence[Member]) -> CacheHint:
    kind = KINDS[method].feature
    said = [
        None if (reading := member.offer.lists.readings.get(method)) is None else reading.hint
        for member in concerned
        if member.offer.peer is None or kind in member.offer.peer.capabilities
    ]
    return offers.hint(said, is_everybodys=all(kind in member.shown_to_all for member in members))


def _by_era(items: Mapping[str, tuple[Item, ...]]) -> Mapping[Era, Listed]:
    newest = Listed(items, {method: end_of_list(method, value) for method, value in items.items()})
    tools = tuple(with_object_results(tool) for tool in items["tools/list"])
    if all(mine is theirs for mine, theirs in zip(tools, items["tools/list"], strict=True)):
        return {"stateless": newest, "handshake": newest}
    encoded = {**newest.encoded, "tools/list": end_of_list("tools/list", tools)}
    return {"stateless": newest, "handshake": Listed({**items, "tools/list": tools}, encoded)}


# -- names --------------------------------------------------------------------------------------------------


def _names(
    members: Iterable[Member], lists: Mapping[str, Mapping[str, Item]], scope: Scope, settings: GatewaySettings
) -> dict[str, tuple[str, str]]:
    if scope.bare:
        return {name: (server, name) for server, items in lists.items() for name in items}
    sources = (
        Source(
            member.name,
            member.server.tool_prefix,
            tuple(lists.get(member.name, ())),
            explicit=member.server.prefix is not None,
        )
        for member in members
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


# -- resources ------------------------------------------------------------------------------------------------


def _told_apart(member: str, lists: Sequence[tuple[str, Sequence[Item]]]) -> list[tuple[str, Item]]:
    """All items with their servers; where several list the same URI, each says in its title whose it is."""
    listed = Counter(item[member] for _, items in lists for item in items)
    return [
        (server, item if listed[item[member]] == 1 else _of(server, item)) for server, items in lists for item in items
    ]


def _first_owners(owned: Iterable[tuple[str, str]]) -> dict[str, str]:
    """URI → the first server that has it."""
    owners: dict[str, str] = {}
    for uri, server in owned:
        owners.setdefault(uri, server)
    return owners


def _of(server: str, item: Item) -> Item:
    title = f"{item.get('title') or item['name']} ({server})"
    return {**item, "title": title, "_meta": {**item.get("_meta", {}), META_SERVER: server}}


def linked_pages(tool: Item) -> Iterator[str]:
    """The URIs of the pages that a tool is shown with (MCP Apps; the flat member is of an earlier draft)."""
    meta = tool.get("_meta") or {}
    nested = meta.get("ui")
    for uri in (nested.get("resourceUri") if isinstance(nested, dict) else None, meta.get("ui/resourceUri")):
        if isinstance(uri, str):
            yield uri
