"""Speaks to the gateway of a home over its control socket."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncGenerator, AsyncIterator
from pathlib import Path
from typing import Any, Final

import httpx2

from mcptui.errors import McptuiError, NotFoundError, UnreachableError
from mcptui.model import Server
from mcptui.model.runtime import (
    CallEvent,
    CallRecord,
    ConfigError,
    GatewayStatus,
    Json,
    JsonObject,
    Listed,
    LoginStatus,
    ProbeStep,
    SecretStatus,
    ServerStatus,
)
from mcptui.model.setting import values_of
from mcptui.protocol import jsonrpc
from mcptui.protocol.errors import RpcError

#: The gateway answers these at once; streams have no deadline.
_TIMEOUT: Final = httpx2.Timeout(30.0, connect=2.0)
_ENDLESS: Final = httpx2.Timeout(None, connect=2.0)


class ControlClient:
    """One method a route; connections are opened per request, so it fits into any event loop."""

    def __init__(self, socket: Path) -> None:
        self._socket = socket

    async def status(self) -> GatewayStatus:
        """State of the gateway and its servers.

        Raises:
            UnreachableError: nobody answers on the socket.
        """
        value = await self._request("GET", "/status")
        error, secrets = value.pop("config_error"), value.pop("secrets")
        servers = [_server_status(server) for server in value.pop("servers")]
        return GatewayStatus(
            **value,
            servers=servers,
            config_error=ConfigError(**error) if error else None,
            secrets=SecretStatus(**secrets) if secrets else None,
        )

    async def reload(self) -> str:
        """Have the file read now; the revision in effect.

        Raises:
            McptuiError: the newest file cannot be used.
        """
        value = await self._request("POST", "/reload")
        if value["config_error"]:
            error = value["config_error"]
            raise McptuiError(error["message"], hint=error["hint"] or "The last good state stays in effect.")
        revision: str = value["revision"]
        return revision

    async def stop(self) -> None:
        """Ask the gateway to end."""
        await self._request("POST", "/stop")

    async def listed(self, key: str | None, server: str | None = None) -> Listed:
        """What ``key`` sees; None is the owner."""
        query = {name: value for name, value in (("key", key), ("server", server)) if value is not None}
        return Listed(**await self._request("GET", "/listed", params=query))

    async def call(self, method: str, params: JsonObject, *, key: str | None = None) -> AsyncGenerator[CallEvent, None]:
        """The events of one MCP request as ``key``."""
        async with contextlib.aclosing(
            self._stream("POST", "/call", {"key": key, "method": method, "params": params})
        ) as values:
            async for value in values:
                yield CallEvent(**value)

    async def chat(self, request: JsonObject) -> AsyncGenerator[CallEvent, None]:
        """The events of one turn of a conversation."""
        async with contextlib.aclosing(self._stream("POST", "/chat", request)) as values:
            async for value in values:
                yield CallEvent(**value)

    async def answer(self, event_id: Any, result: Json = None, error: Json = None) -> None:
        """Answer an "ask" or "approval" event.

        Raises:
            NotFoundError: nobody waits for it any more.
        """
        await self._request("POST", "/answer", {"id": event_id, "result": result, "error": error})

    async def probe(self, server: Server) -> AsyncGenerator[ProbeStep, None]:
        """Try ``server``, saved or not."""
        async with contextlib.aclosing(
            self._stream("POST", "/probe", {"name": server.name, **values_of(server)})
        ) as values:
            async for value in values:
                yield ProbeStep(**value)

    async def traffic(self, since: int = 0, *, follow: bool = True) -> AsyncGenerator[CallRecord, None]:
        """Recorded calls after the id ``since``, and with ``follow`` those to come."""
        path = f"/traffic?since={since}&follow={int(follow)}"
        async with contextlib.aclosing(self._stream("GET", path, None)) as values:
            async for value in values:
                yield CallRecord(**value)

    async def refresh(self, server: str) -> None:
        """Connect to ``server`` anew and read its lists."""
        await self._request("POST", f"/servers/{server}/refresh")

    async def log_in(self, server: str, key: str | None = None) -> AsyncGenerator[CallEvent, None]:
        """The events of a login at ``server``, for everybody or for one key: "open", then "done" or "failed"."""
        async with contextlib.aclosing(self._stream("POST", f"/servers/{server}/login", {"key": key})) as values:
            async for value in values:
                yield CallEvent(**value)

    async def paste_login(self, id_: str, url: str) -> None:
        """Give a login the URL that a browser elsewhere ended at.

        Raises:
            McptuiError: it is not the answer to this login, or nobody waits for it any more.
        """
        await self._request("POST", f"/logins/{id_}", {"url": url})

    async def log_out(self, server: str, key: str | None = None) -> None:
        """Revoke and forget the login at ``server``.

        Raises:
            McptuiError: it is forgotten here, but could not be revoked.
        """
        await self._request("POST", f"/servers/{server}/logout", {"key": key})

    async def secret_changed(self, path: str | None) -> None:
        """The secret at ``path`` (None: any) has a new value."""
        await self._request("POST", "/secret-changed", {"path": path})

    def _client(self, timeout: httpx2.Timeout) -> httpx2.AsyncClient:
        return httpx2.AsyncClient(
            # Plain HTTP over a socket of this account; without verify no certificates are loaded every time.
            transport=httpx2.AsyncHTTPTransport(uds=str(self._socket), verify=False),
            base_url="http://gateway",
            timeout=timeout,
            trust_env=False,
        )

    async def _request(self, method: str, path: str, body: Json = None, params: JsonObject | None = None) -> JsonObject:
        async with self._translated(), self._client(_TIMEOUT) as client:
            content = None if body is None else jsonrpc.encode(body)
            response = await client.request(method, path, content=content, params=params)
            value: JsonObject = jsonrpc.decode(response.content)
            _check(response.status_code, value)
            return value

    async def _stream(self, method: str, path: str, body: Json) -> AsyncGenerator[JsonObject, None]:
        async with self._translated(), self._client(_ENDLESS) as client:
            content = None if body is None else jsonrpc.encode(body)
            async with client.stream(method, path, content=content) as response:
                if response.status_code != 200:
                    _check(response.status_code, jsonrpc.decode(await response.aread()))
                async with contextlib.aclosing(_lines(response)) as lines:
                    async for line in lines:
                        yield jsonrpc.decode(line)

    @contextlib.asynccontextmanager
    async def _translated(self) -> AsyncIterator[None]:
        try:
            yield
        except (httpx2.HTTPError, OSError, ValueError, RpcError) as error:
            raise UnreachableError("the gateway does not answer", hint="Start it with: mcptui gateway start") from error


async def _lines(response: httpx2.Response) -> AsyncGenerator[bytes, None]:
    """What ``response`` says, line by line; httpx2 also ends lines at characters that JSON has inside strings."""
    parts: list[bytes] = []
    async for chunk in response.aiter_bytes():
        first, *rest = chunk.split(b"\n")
        parts.append(first)
        for start in rest:
            yield b"".join(parts)
            parts = [start]


def _check(status: int, value: JsonObject) -> None:
    if status == 404:
        raise NotFoundError(value.get("message", "the gateway does not know that (any more)"))
    if status != 200:
        raise McptuiError(value.get("message", f"the gateway answered {status}"), hint=value.get("hint"))


def _server_status(value: JsonObject) -> ServerStatus:
    login = value.pop("login")
    return ServerStatus(**value, login=LoginStatus(**login) if login else None)
