"""What a key will see, named: tools, prompts and resources by server, with what stays hidden and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mcptui.access.policy import decide

if TYPE_CHECKING:
    from mcptui.access.policy import Access
    from mcptui.access.subjects import Ref
    from mcptui.model import State
    from mcptui.model.runtime import Listed


@dataclass(frozen=True, slots=True)
class VisibleServer:
    """One server as a subject sees it; all names are the server's own."""

    name: str
    tools: tuple[str, ...] = ()
    #: Tools that it has and that are not allowed, each with the reason.
    hidden: Mapping[str, str] | None = None
    prompts: tuple[str, ...] = ()
    resources: int = 0


@dataclass(frozen=True, slots=True)
class Sight:
    """Everything that a subject sees, and the servers that it does not, with the reasons."""

    servers: tuple[VisibleServer, ...]
    denied: Mapping[str, str]
    models: tuple[str, ...]


def sight(state: State, who: str | Ref | None, listed: Listed | None = None) -> Sight:
    """What ``who`` sees in ``state``, which may be a draft with a key that is not saved yet.

    Args:
        state: the applied state, or a draft of it.
        who: as in :func:`mcptui.access.decide`.
        listed: everything that the servers have, as the owner lists it; without it, only servers are named.
    """
    access = decide(state, who)
    offers = _offers(listed) if listed is not None else {}
    return Sight(
        tuple(_seen(access, name, offers.get(name)) for name in access.servers),
        {name: access.server(name).reason for name in state.servers if not access.allows_server(name)},
        access.models,
    )


def tools_of(listed: Listed) -> dict[str, tuple[str, ...]]:
    """The tools in ``listed`` by server, under the servers' own names."""
    return {server: offer.tools for server, offer in _offers(listed).items()}


def _seen(access: Access, name: str, offer: VisibleServer | None) -> VisibleServer:
    if offer is None:
        return VisibleServer(name)
    return VisibleServer(
        name,
        tuple(tool for tool in offer.tools if access.allows_tool(name, tool)),
        {tool: access.tool(name, tool).reason for tool in offer.tools if not access.allows_tool(name, tool)},
        offer.prompts if access.allows_prompts(name) else (),
        offer.resources if access.allows_resources(name) else 0,
    )


def _offers(listed: Listed) -> dict[str, VisibleServer]:
    tools: dict[str, list[str]] = {}
    prompts: dict[str, list[str]] = {}
    resources: dict[str, int] = {}
    for items, into in ((listed.tools, tools), (listed.prompts, prompts)):
        for item in items:
            server, own = listed.owners[str(item["name"])]
            into.setdefault(server, []).append(own)
    for items, member in ((listed.resources, "uri"), (listed.templates, "uriTemplate")):
        for item in items:
            server, _ = listed.owners[str(item[member])]
            resources[server] = resources.get(server, 0) + 1
    return {
        name: VisibleServer(
            name, tuple(tools.get(name, ())), None, tuple(prompts.get(name, ())), resources.get(name, 0)
        )
        for name in (*tools, *prompts, *resources)
    }
