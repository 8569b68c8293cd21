"""Reading the lists of a server page by page, one list independently of the others."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from mcptui.errors import McptuiError
from mcptui.model.limits import DEFAULT, Limits
from mcptui.protocol import jsonrpc
from mcptui.protocol.errors import METHOD_NOT_FOUND, RpcError
from mcptui.protocol.headers import annotation_problem
from mcptui.protocol.listed.items import PROMPTS, RESOURCES, TEMPLATES, TOOLS, Item, Kind, item
from mcptui.upstream.call import Call, Connection
from mcptui.upstream.server.lists import FIELDS, CacheHint, Lists, Reading

log = logging.getLogger(__name__)

#: More pages than any honest server has.
MAX_PAGES: Final = 1_000
#: So many entries are looked at before others have their turn.
_AT_ONCE: Final = 100
#: Remarks that are kept; a list that is generated may have the same mistake in every entry.
MAX_REMARKS: Final = 100
#: How long all pages of a list other than the tools may take, seconds: calls do not need it.
OPTIONAL_TIMEOUT: Final = 10.0
#: The lists without which a server is of use.
_OPTIONAL: Final = (PROMPTS, RESOURCES, TEMPLATES)


async def read_lists(connection: Connection, timeout: float) -> Lists:
    """Read all lists that the server says it has.

    Raises:
        RpcError: the tools could not be listed.
        UpstreamError: the connection failed.
    """
    reader = ListReader(connection, timeout)
    return await reader.others(await reader.tools(Lists()))


class ListReader:
    """Reads the lists of one server.

    Args:
        connection: to it.
        timeout: of a request for its tools, seconds.
        capabilities: what a stateless server is told about the client.
        offers: the server's own, where those of the connection are not what this client is offered.
        again: a connection to go on with where a server ended this one instead of answering.
        limits: how much of a list is kept.
    """

    def __init__(
        self,
        connection: Connection,
        timeout: float,
        capabilities: Mapping[str, Any] | None = None,
        offers: Mapping[str, Any] | None = None,
        again: Callable[[], Awaitable[Connection]] | None = None,
        limits: Limits = DEFAULT,
    ) -> None:
        self._connection = connection
        self._timeout = timeout
        self._capabilities = capabilities or {}
        self._offers = connection.peer.capabilities if offers is None else offers
        self._again = again
        self._limits = limits

    async def tools(self, known: Lists) -> Lists:
        """``known`` with the tools as they are now.

        Raises:
            RpcError: they could not be listed.
            UpstreamError: the connection failed.
        """
        if "tools" not in self._offers:
            return replace(known, tools=())
        pages = self._pages(TOOLS, self._timeout)
        try:
            await pages.read()
        except (McptuiError, RpcError) as error:
            if not pages.number:
                raise
            pages.fail(error, known.tools)
        return pages.put_into(known)

    async def others(self, known: Lists) -> Lists:
        """``known`` with the other lists as they are now; one that cannot be read stays as it was."""
        wanted = [kind for kind in _OPTIONAL if kind.feature in self._offers]
        found = dict(zip(wanted, await asyncio.gather(*(self._optional(kind, known) for kind in wanted)), strict=True))
        if self._again is not None and self._is_closed():
            # One of the requests ended the connection, and with it the answers to the others.
            for kind in [kind for kind, pages in found.items() if pages.failed]:
                self._connection = await self._again() if self._is_closed() else self._connection
                found[kind] = await self._optional(kind, known)
        for kind in _OPTIONAL:
            if kind not in found:  # what it offers no more is a list without pages
                found[kind] = self._pages(kind, self._timeout)
            known = found[kind].put_into(known)
        return known

    def _pages(self, kind: Kind, timeout: float) -> _Pages:
        return _Pages(self._connection, kind, timeout, self._capabilities, self._limits)

    def _is_closed(self) -> bool:
        return self._connection.closed

    async def _optional(self, kind: Kind, known: Lists) -> _Pages:
        timeout = min(self._timeout, OPTIONAL_TIMEOUT)
        pages = self._pages(kind, timeout)
        try:
            async with asyncio.timeout(timeout):
                await pages.read()
        except (McptuiError, RpcError, TimeoutError) as error:
            pages.fail(error, known.of(kind))
        return pages


class _Pages:
    """One list while it is read."""

    def __init__(
        self, connection: Connection, kind: Kind, timeout: float, capabilities: Mapping[str, Any], limits: Limits
    ) -> None:
        self._connection = connection
        self._kind = kind
        self._timeout = timeout
        self._capabilities = capabilities
        self._limits = limits
        self._items: dict[str, Item] = {}
        #: Of the items as JSON.
        self._bytes = 0
        #: No more of it is kept.
        self._is_full = False
        self._remarks: list[str] = []
        self._left_out = 0
        self._hint: CacheHint | None = None
        #: Pages that were read.
        self.number = 0
        self.failed = False

    def put_into(self, lists: Lists) -> Lists:
        """``lists`` with this one in its place."""
        method, remarks = self._kind.method, tuple(self._remarks[:MAX_REMARKS])
        before = lists.readings.get(method, Reading())
        if remarks != before.remarks:
            for remark in remarks:
                log.warning("%s: %s", method, remark)
        changed: dict[str, Any] = {
            "readings": {**lists.readings, method: Reading(remarks, self._left_out, self._hint)},
            FIELDS[self._kind]: tuple(self._items.values()),
        }
        return replace(lists, **changed)

    async def read(self) -> None:
        """Read all pages.

        Raises:
            RpcError: a page could not be read.
            UpstreamError: the connection failed.
        """
        cursor: str | None = None
        seen: set[str] = set()
        while self.number < MAX_PAGES:
            params = {} if cursor is None else {"cursor": cursor}
            call = Call(method=self._kind.method, params=params, capabilities=self._capabilities, timeout=self._timeout)
            cursor = await self._take(await self._connection.request(call))
            self.number += 1
            # An empty string is a cursor; only absence ends the list. A cursor that comes again would never end.
            if cursor is None or cursor in seen or self._is_full:
                return
            seen.add(cursor)

    def fail(self, error: Exception, known: tuple[Item, ...]) -> None:
        """A page could not be read: those before it are kept, and what is ``known`` of the list stays."""
        if not self.number and isinstance(error, RpcError) and error.code == METHOD_NOT_FOUND:
            return  # Servers announce prompts or templates by habit, and then do not know the method.
        self.failed = True
        reason = error.message if isinstance(error, (McptuiError, RpcError)) else "no answer in time"
        what = f"page {self.number + 1} of {self._kind.method}" if self.number else self._kind.method
        self._remarks.append(f"{what} failed: {reason}" + ("; what was known of it stays" if known else ""))
        for each in known:
            self._items.setdefault(each[self._kind.name], each)

    async def _take(self, result: dict[str, Any]) -> str | None:
        """One page; the cursor of the next one."""
        page = result.get(self._kind.member)
        if not isinstance(page, list):
            self._remarks.append(f"{self._kind.member} is not a list")
            page = []
        era = self._connection.peer.era
        for number, value in enumerate(page, 1):
            if number % _AT_ONCE == 0:
                await asyncio.sleep(0)
            if self._is_full:
                self._left_out += 1
                continue
            taken = item(self._kind, value, era, self._remarks)
            if taken is None or not self._is_usable(taken):
                self._left_out += 1
            else:
                self._keep(taken)
        self._hint = _smallest(self._hint, hint_of(result))
        cursor = result.get("nextCursor")
        return cursor if isinstance(cursor, str) else None

    def _keep(self, taken: Item) -> None:
        """Put it into the list, unless that has enough."""
        self._bytes += len(jsonrpc.encode(taken))
        limits = self._limits
        if self._bytes > limits.max_list_bytes or len(self._items) >= limits.max_list_items:
            self._is_full = True
            self._left_out += 1
            setting = "max_list_bytes" if self._bytes > limits.max_list_bytes else "max_list_items"
            self._remarks.append(f"{self._kind.member} after the first {len(self._items):,} are left out ({setting})")
        else:
            self._items.setdefault(taken[self._kind.name], taken)

    def _is_usable(self, tool: Item) -> bool:
        """A client over HTTP must drop tools with an invalid ``x-mcp-header`` (2026-07-28 server/tools)."""
        if self._kind is not TOOLS or self._connection.peer.era != "stateless":
            return True
        problem = annotation_problem(tool.get("inputSchema"))
        if problem is not None:
            self._remarks.append(f"tool {tool['name']!r}: {problem}; left out")
        return problem is None


def hint_of(result: Mapping[str, Any]) -> CacheHint | None:
    """What a result says about keeping it; None where it says nothing."""
    ttl, scope = result.get("ttlMs"), result.get("cacheScope")
    if not isinstance(ttl, int) or isinstance(ttl, bool) or ttl < 0:
        return None
    return CacheHint(ttl, "public" if scope == "public" else "private")


def _smallest(one: CacheHint | None, other: CacheHint | None) -> CacheHint | None:
    if one is None or other is None:
        return one or other
    return CacheHint(min(one.ttl_ms, other.ttl_ms), one.scope if one.scope == "private" else other.scope)
