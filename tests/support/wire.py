"""A client that shows every byte: MCP requests over plain HTTP, in both eras."""

from __future__ import annotations

import itertools
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx2

from mcptui.protocol.headers import METHOD, NAME, NAMED_BY, PROTOCOL_VERSION, SESSION_ID, encode_value
from mcptui.protocol.sse import Event, EventParser
from mcptui.protocol.stateless import META_CAPABILITIES, META_VERSION
from mcptui.protocol.versions import LATEST_HANDSHAKE, LATEST_STATELESS

Json = dict[str, Any]
_ACCEPT = "application/json, text/event-stream"
_JSON = {"content-type": "application/json"}


def _body(message: Any) -> bytes:
    """JSON that holds whatever Python's can, halves of surrogate pairs included."""
    return json.dumps(message).encode()


class EventReader:
    """The messages of an event stream, one after the other."""

    def __init__(self, response: httpx2.Response) -> None:
        self.response = response
        self._parser = EventParser(limit=2**26)
        self._chunks = response.aiter_raw()
        self._events: list[Event] = []
        #: Id of the newest event.
        self.last_id: str | None = None

    async def event(self) -> Event:
        """The next event; StopAsyncIteration at the end."""
        while not self._events:
            self._events += self._parser.feed(await anext(self._chunks))
        event = self._events.pop(0)
        self.last_id = event.id or self.last_id
        return event

    async def message(self) -> Json:
        """The next message; events without data are passed over."""
        event = await self.event()
        while not event.data:
            event = await self.event()
        value: Json = json.loads(event.data)
        return value

    async def rest(self) -> list[Json]:
        """All messages until the stream ends."""
        found = []
        while True:
            try:
                found.append(await self.message())
            except StopAsyncIteration:
                return found


@dataclass(slots=True)
class Wire:
    """One MCP endpoint as the holder of one key sees it."""

    http: httpx2.AsyncClient
    url: str
    headers: dict[str, str] = field(default_factory=dict)
    capabilities: Json = field(default_factory=dict)
    _ids: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def at(self, url: str) -> Wire:
        """The same at another path or with a full URL."""
        return Wire(self.http, str(httpx2.URL(self.url).join(url)), self.headers, self.capabilities)

    # -- stateless ----------------------------------------------------------------------------------------

    def stateless(
        self, method: str, params: Mapping[str, Any] | None = None, **more: str | None
    ) -> tuple[Json, dict[str, str]]:
        """Message and headers of one request; ``more`` overrides headers ("mcp_name") or removes them (None)."""
        params = dict(params or {})
        meta = {META_VERSION: LATEST_STATELESS, META_CAPABILITIES: self.capabilities, **params.pop("_meta", {})}
        message = {"jsonrpc": "2.0", "id": next(self._ids), "method": method, "params": {**params, "_meta": meta}}
        headers = {**self.headers, "accept": _ACCEPT, PROTOCOL_VERSION: LATEST_STATELESS, METHOD: method}
        name = params.get(NAMED_BY.get(method, ""))
        if isinstance(name, str):
            headers[NAME] = encode_value(name)
        overrides = {header.replace("_", "-"): value for header, value in more.items()}
        return message, {header: value for header, value in (headers | overrides).items() if value is not None}

    async def ask(self, method: str, params: Mapping[str, Any] | None = None, **more: str | None) -> httpx2.Response:
        """One stateless request and its whole answer."""
        message, headers = self.stateless(method, params, **more)
        return await self.http.post(self.url, content=_body(message), headers={**_JSON, **headers})

    async def result(self, method: str, params: Mapping[str, Any] | None = None) -> Json:
        """The result of one stateless request, however it was sent."""
        async with self.open(method, params) as reader:
            if reader.response.headers["content-type"] == "application/json":
                message: Json = json.loads(await reader.response.aread())
            else:
                message = (await reader.rest())[-1]
        assert "result" in message, message
        result: Json = message["result"]
        return result

    @asynccontextmanager
    async def open(self, method: str, params: Mapping[str, Any] | None = None) -> AsyncIterator[EventReader]:
        """One stateless request whose answer is read as it comes."""
        message, headers = self.stateless(method, params)
        async with self.http.stream("POST", self.url, content=_body(message), headers={**_JSON, **headers}) as response:
            yield EventReader(response)

    async def names(self, method: str = "tools/list") -> list[str]:
        """Names, or URIs, of a list."""
        result = await self.result(method)
        member = {"tools/list": "tools", "prompts/list": "prompts", "resources/list": "resources"}.get(method)
        items = result[member or "resourceTemplates"]
        return [item.get("uri") or item.get("uriTemplate") or item["name"] for item in items]

    # -- handshake ----------------------------------------------------------------------------------------

    async def shake_hands(self, version: str = LATEST_HANDSHAKE) -> WireSession:
        """A new session."""
        params = {
            "protocolVersion": version,
            "capabilities": self.capabilities,
            "clientInfo": {"name": "wire", "version": "1"},
        }
        message = {"jsonrpc": "2.0", "id": next(self._ids), "method": "initialize", "params": params}
        response = await self.http.post(self.url, json=message, headers={**self.headers, "accept": _ACCEPT})
        assert response.status_code == 200, response.text
        body = response.json()["result"]
        id_ = response.headers[SESSION_ID]
        session = WireSession(self, id_, body["protocolVersion"], body)
        await session.send({"method": "notifications/initialized"})
        return session


@dataclass(slots=True)
class WireSession:
    """A handshake session."""

    wire: Wire
    id: str
    version: str
    initialized: Json

    @property
    def headers(self) -> dict[str, str]:
        """What every request of the session carries."""
        return {**self.wire.headers, "accept": _ACCEPT, SESSION_ID: self.id, PROTOCOL_VERSION: self.version}

    async def send(self, message: Any, **headers: str) -> httpx2.Response:
        """POST a message, or a batch of them."""
        whole = (
            [{"jsonrpc": "2.0", **item} for item in message]
            if isinstance(message, list)
            else {"jsonrpc": "2.0", **message}
        )
        return await self.wire.http.post(
            self.wire.url, content=_body(whole), headers={**_JSON, **self.headers, **headers}
        )

    @asynccontextmanager
    async def open(self, id_: Any, method: str, params: Json | None = None) -> AsyncIterator[EventReader]:
        """One request whose answer is read as it comes."""
        message = {"jsonrpc": "2.0", "id": id_, "method": method, "params": params or {}}
        async with self.wire.http.stream(
            "POST", self.wire.url, content=_body(message), headers={**_JSON, **self.headers}
        ) as response:
            yield EventReader(response)

    @asynccontextmanager
    async def listen(self, last_event_id: str | None = None) -> AsyncIterator[EventReader]:
        """The GET stream."""
        headers = {**self.headers, "accept": "text/event-stream"}
        if last_event_id is not None:
            headers["last-event-id"] = last_event_id
        async with self.wire.http.stream("GET", self.wire.url, headers=headers) as response:
            yield EventReader(response)

    async def delete(self) -> httpx2.Response:
        """End the session."""
        return await self.wire.http.delete(self.wire.url, headers=self.headers)
