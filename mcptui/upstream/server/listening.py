"""What a stateless server announces: one ``subscriptions/listen`` kept open, reopened when it ends."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from typing import Any, Final

from mcptui.errors import McptuiError
from mcptui.protocol.errors import RpcError
from mcptui.protocol.stateless import LISTEN
from mcptui.tasks import start_task
from mcptui.upstream.call import Announce, Call

log = logging.getLogger(__name__)

#: A stream without end has no deadline; this is only what the call needs as a number, seconds.
_ENDLESS: Final = 10 * 365 * 86_400.0
_ACKNOWLEDGED: Final = "notifications/subscriptions/acknowledged"
_PAUSES: Final = (0.2, 1.0, 5.0, 30.0)

Request = Callable[[Call], Awaitable[dict[str, Any]]]


class Listening:
    """The filter of a listen is fixed, so a new URI means a new stream: opened first, the old one closed then.

    Args:
        request: sends a request to the server.
        announce: told of what is heard.
        kinds: changes of which lists are listened for.
        is_over: whether a stream that ended is not opened again.
    """

    def __init__(
        self, request: Request, announce: Announce, kinds: frozenset[str], is_over: Callable[[], bool] = lambda: False
    ) -> None:
        self._is_over = is_over
        self._request = request
        self._announce = announce
        self._kinds = kinds
        self._uris: frozenset[str] = frozenset()
        self._task: asyncio.Task[None] | None = None

    async def set(self, uris: frozenset[str]) -> None:
        """Listen to list changes and updates of ``uris``; returns when the server has acknowledged."""
        if self._task is not None and uris == self._uris and not self._task.done():
            return
        self._uris = uris
        before, acknowledged = self._task, asyncio.Event()
        self._task = start_task(self._run(uris, acknowledged), name="listen")
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(5):
                await acknowledged.wait()
        if before is not None:
            before.cancel()

    def close(self) -> None:
        """Stop listening."""
        if self._task is not None:
            self._task.cancel()

    async def _run(self, uris: frozenset[str], acknowledged: asyncio.Event) -> None:
        async def heard(method: str, params: dict[str, Any]) -> None:
            if method == _ACKNOWLEDGED:
                acknowledged.set()
            else:
                self._announce(method, params)

        notifications: dict[str, Any] = dict.fromkeys(sorted(self._kinds), True)
        if uris:
            notifications["resourceSubscriptions"] = sorted(uris)
        attempt = 0
        while True:
            call = Call(
                method=LISTEN,
                params={"notifications": notifications},
                notify=heard,
                timeout=_ENDLESS,
            )
            try:
                await self._request(call)
                attempt = 0
                acknowledged.set()  # what has ended acknowledges nothing any more
            except RpcError as error:
                log.debug("the server takes no subscriptions: %s", error.message)
                acknowledged.set()
                return
            except McptuiError as error:
                log.debug("a subscription stream ended: %s", error)
            if self._is_over():
                acknowledged.set()
                return
            await asyncio.sleep(_PAUSES[min(attempt, len(_PAUSES) - 1)])
            attempt += 1
            # What was announced meanwhile is lost: the lists are read again.
            self._announce("notifications/tools/list_changed", {})


def kinds_of(capabilities: Any) -> frozenset[str]:
    """The list-change kinds that a server says it announces."""
    found = set()
    for feature, kind in (
        ("tools", "toolsListChanged"),
        ("prompts", "promptsListChanged"),
        ("resources", "resourcesListChanged"),
    ):
        value = capabilities.get(feature)
        if isinstance(value, dict) and value.get("listChanged") is True:
            found.add(kind)
    return frozenset(found)
