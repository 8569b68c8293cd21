"""A client that is cheap enough for hundreds of it: no SDK, no checks but those of the test."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

import aiohttp
import orjson

from mcptui.protocol.headers import METHOD, NAME, PROTOCOL_VERSION, SESSION_ID
from mcptui.protocol.sse import EventParser
from mcptui.protocol.stateless import META_CAPABILITIES, META_VERSION
from mcptui.protocol.versions import LATEST_HANDSHAKE, LATEST_STATELESS


class ManyClient:
    """One client of a gateway's ``/mcp``.

    Args:
        http: shared by all clients.
        url: of the gateway.
        key: its credential.
        handshake: the era.
    """

    def __init__(self, http: aiohttp.ClientSession, url: str, key: str, handshake: bool) -> None:
        self._http = http
        self._url = f"{url}/mcp"
        self._handshake = handshake
        self._capabilities: dict[str, Any] = {}
        self._headers = {"authorization": f"Bearer {key}", "accept": "application/json, text/event-stream"}

    async def open(self, **capabilities: Any) -> None:
        """Shake hands, if the era does."""
        self._capabilities = capabilities
        self._headers[PROTOCOL_VERSION] = LATEST_HANDSHAKE if self._handshake else LATEST_STATELESS
        if not self._handshake:
            return
        about = {"protocolVersion": LATEST_HANDSHAKE, "capabilities": capabilities, "clientInfo": {"name": "many"}}
        async with self._post({"id": 0, "method": "initialize", "params": about}, {}) as response:
            assert response.status == 200, await response.text()
            self._headers[SESSION_ID] = response.headers[SESSION_ID]
            await response.read()
        await self._notify("notifications/initialized", {})

    def _post(self, message: dict[str, Any], headers: dict[str, str]) -> Any:
        body = orjson.dumps({"jsonrpc": "2.0", **message})
        more = {**self._headers, **headers, "content-type": "application/json"}
        return self._http.post(self._url, data=body, headers=more)

    async def _notify(self, method: str, params: dict[str, Any]) -> None:
        async with self._post({"method": method, "params": params}, {}) as response:
            assert response.status == 202, await response.text()

    async def call(self, id_: int, tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """The response to one ``tools/call``; the HTTP status must be 200."""
        params: dict[str, Any] = {"name": tool, "arguments": arguments}
        headers = {}
        if not self._handshake:
            params["_meta"] = {META_VERSION: LATEST_STATELESS, META_CAPABILITIES: self._capabilities}
            headers = {METHOD: "tools/call", NAME: tool}
        async with self._post({"id": id_, "method": "tools/call", "params": params}, headers) as response:
            body = await response.read()
            assert response.status == 200, (response.status, body)
        if response.content_type == "text/event-stream":
            body = EventParser(limit=2**20).feed(body)[-1].data
        answer: dict[str, Any] = orjson.loads(body)
        return answer

    async def cancel(self, id_: int, calling: asyncio.Task[Any]) -> None:
        """Cancel a call in the way of the era, and see it end."""
        if self._handshake:
            await self._notify("notifications/cancelled", {"requestId": id_})
            assert (await calling)["error"]["code"] == -32800
        else:
            calling.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await calling
