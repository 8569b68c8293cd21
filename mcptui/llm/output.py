"""The response of a run as it grows: places of its items, numbers of its events."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from mcptui.llm import items

if TYPE_CHECKING:
    from mcptui.llm.tools import ToolSource
    from mcptui.model.runtime import JsonObject

_QUEUED_EVENTS: Final = 256


class Output:
    """Tells everything as events; :attr:`response` is whole after the last one.

    Args:
        response: the response object as it begins.
    """

    def __init__(self, response: JsonObject) -> None:
        self.response: JsonObject = dict(response)
        #: What has been told and was not read yet; None at the end.
        self.events: asyncio.Queue[JsonObject | None] = asyncio.Queue(_QUEUED_EVENTS)
        self._items: dict[int, JsonObject] = {}
        self._places = 0
        self._sequence = 0
        self._emitting = asyncio.Lock()

    @property
    def has_begun(self) -> bool:
        """Whether anything was told."""
        return self._sequence > 0

    async def begin(self, sources: Iterable[ToolSource]) -> None:
        """Tell that the response begins, and which tools there are; once."""
        if self.has_begun:
            return
        if self.response.get("background"):
            self.response["status"] = "queued"
            await self._emit_response("created")
            await self._emit_response("queued")
            self.response["status"] = "in_progress"
        else:
            await self._emit_response("created")
        await self._emit_response("in_progress")
        for source in sources:
            await self._list(source)

    async def end(self, status: str, usage: JsonObject | None) -> None:
        """Tell how the response ended."""
        self.response["status"] = status
        self.response["output"] = [self._items[place] for place in sorted(self._items)]
        self.response["usage"] = usage
        await self._emit_response(status)

    def place(self) -> int:
        """The place of the next item."""
        self._places += 1
        return self._places - 1

    def put(self, place: int, item: JsonObject) -> None:
        """Keep an item as it is now."""
        self._items[place] = item

    async def added(self, place: int, item: JsonObject) -> None:
        """Keep an item, and tell that it begins."""
        self.put(place, item)
        await self.emit({"type": "response.output_item.added", "output_index": place, "item": item})

    async def done(self, place: int, item: JsonObject) -> None:
        """Keep an item, and tell that it is whole."""
        self.put(place, item)
        await self.emit({"type": "response.output_item.done", "output_index": place, "item": item})

    async def about(self, place: int, kind: str, **members: Any) -> None:
        """Tell what happens with the item at ``place``."""
        await self.emit({"type": kind, "item_id": self._items[place]["id"], "output_index": place, **members})

    async def emit(self, event: JsonObject) -> None:
        """Tell an event, with the next number."""
        async with self._emitting:  # numbers are given in the order of the queue
            numbered = {**event, "sequence_number": self._sequence}
            self._sequence += 1
            await self.events.put(numbered)

    async def _list(self, source: ToolSource) -> None:
        place, item = self.place(), items.tool_list(source)
        await self.added(place, {**item, "tools": []})
        await self.about(place, "response.mcp_list_tools.in_progress")
        await self.about(place, "response.mcp_list_tools.completed")
        await self.done(place, item)

    async def _emit_response(self, kind: str) -> None:
        await self.emit({"type": f"response.{kind}", "response": dict(self.response)})
