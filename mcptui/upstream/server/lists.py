"""What a server offers, read page by page exactly as it sends it."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any, Final

from mcptui.protocol.errors import RpcError
from mcptui.protocol.headers import annotation_problem
from mcptui.upstream.call import Call, Connection

log = logging.getLogger(__name__)

#: More pages than any honest server has.
MAX_PAGES: Final = 1_000
MAX_ITEMS: Final = 100_000

Item = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Lists:
    """Raw tools, prompts, resources and resource templates of one server."""

    tools: tuple[Item, ...] = ()
    prompts: tuple[Item, ...] = ()
    resources: tuple[Item, ...] = ()
    templates: tuple[Item, ...] = ()
    #: Malformed entries that are in none of them.
    left_out: int = 0


async def read_lists(connection: Connection, timeout: float) -> Lists:
    """Read all lists that the server says it has.

    Raises:
        RpcError: the tools could not be listed.
        UpstreamError: the connection failed.
    """
    offers = connection.peer.capabilities
    reader = _Reader(connection, timeout)
    tools = await reader.read("tools/list", "tools", "name") if "tools" in offers else ()
    if connection.peer.era == "stateless":
        tools = tuple(tool for tool in tools if _usable(tool))
    prompts: tuple[Item, ...] = ()
    resources: tuple[Item, ...] = ()
    templates: tuple[Item, ...] = ()
    if "prompts" in offers:
        prompts = await reader.lenient("prompts/list", "prompts", "name")
    if "resources" in offers:
        resources = await reader.lenient("resources/list", "resources", "uri")
        templates = await reader.lenient("resources/templates/list", "resourceTemplates", "uriTemplate")
    return Lists(tools, prompts, resources, templates, reader.left_out)


def _usable(tool: Item) -> bool:
    """A client over HTTP must drop tools with an invalid ``x-mcp-header`` (server/tools)."""
    problem = annotation_problem(tool.get("inputSchema"))
    if problem is not None:
        log.warning("tool %r is left out: %s", tool.get("name"), problem)
    return problem is None


def _is_text(name: object) -> bool:
    """Whether ``name`` is a text that a header can carry: one without halves of surrogate pairs."""
    return isinstance(name, str) and not any("\ud800" <= character <= "\udfff" for character in name)


class _Reader:
    """Reads lists and counts what is malformed in them."""

    def __init__(self, connection: Connection, timeout: float) -> None:
        self._connection = connection
        self._timeout = timeout
        self.left_out = 0

    async def lenient(self, method: str, member: str, name: str) -> tuple[Item, ...]:
        """Servers advertise prompts or templates and then do not know the method; that must not cost the tools."""
        try:
            return await self.read(method, member, name)
        except RpcError as error:
            log.debug("%s failed: %s", method, error)
            return ()

    async def read(self, method: str, member: str, name: str) -> tuple[Item, ...]:
        """All pages of one list."""
        items: dict[str, Item] = {}
        cursor: str | None = None
        seen: set[str] = set()
        malformed = 0
        for _ in range(MAX_PAGES):
            params = {} if cursor is None else {"cursor": cursor}
            result = await self._connection.request(Call(method=method, params=params, timeout=self._timeout))
            page = result.get(member)
            for item in page if isinstance(page, list) else ():
                # A malformed entry is left out, the rest of the list is kept.
                if isinstance(item, dict) and _is_text(item.get(name)):
                    items.setdefault(item[name], item)
                else:
                    malformed += 1
            cursor = result.get("nextCursor")
            # An empty string is a cursor; only absence ends the list. A cursor that comes again would never end.
            if not isinstance(cursor, str) or cursor in seen or len(items) >= MAX_ITEMS:
                break
            seen.add(cursor)
        if malformed:
            log.warning("%s: %s entries without a usable %s are left out", method, malformed, name)
            self.left_out += malformed
        return tuple(items.values())
