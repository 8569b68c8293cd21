"""Speaks to the gateway of a home over its control socket."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncGenerator, AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from mcptui.control.codec import DecodeError
from mcptui.control.interface import API_VERSION, TOKEN_HEADER, VERSION_HEADER, ProcessControl, no_answer
from mcptui.control.method import Method, Sent
from mcptui.errors import IncompatibleError, McptuiError, NotFoundError
from mcptui.model.runtime import JsonObject
from mcptui.protocol import jsonrpc
from mcptui.protocol.errors import RpcError

# Loaded with the first request: `gateway start` starts the process first, and loads it meanwhile.
if TYPE_CHECKING:
    import httpx2

#: Seconds; the gateway answers these at once, streams have no deadline.
_TIMEOUT: Final = 30.0
_CONNECT_TIMEOUT: Final = 2.0
#: What the gateway answers to who does not show its token.
_NO_TOKEN: Final = 401


class ControlPlaces(Protocol):
    """What is needed of :class:`mcptui.state.paths.Paths`."""

    @property
    def socket(self) -> Path:
        """Where the gateway listens."""
        ...

    @property
    def control_token(self) -> Path:
        """Where the gateway keeps what it wants to be shown."""
        ...

    def check_socket(self) -> None:
        """Refuse a socket that may be another user's."""
        ...


class ControlClient(ProcessControl):
    """Connections are opened per request, so it fits into any event loop."""

    def __init__(self, paths: ControlPlaces) -> None:
        self._paths = paths

    async def request(self, method: Method, arguments: dict[str, Any]) -> Any:
        """Call a method that has one result.

        Raises:
            UnreachableError: nobody answers on the socket.
            McptuiError: the gateway refuses.
        """
        async with _translated(), self._sending(method, arguments, _TIMEOUT) as response:
            return method.result_of(jsonrpc.decode(await response.aread()))

    async def stream(self, method: Method, arguments: dict[str, Any]) -> AsyncGenerator[Any, None]:
        """Call a method that has a stream of results; errors as those of :meth:`request`."""
        async with (
            _translated(),
            self._sending(method, arguments, None) as response,
            contextlib.aclosing(_lines(response)) as lines,
        ):
            async for line in lines:
                yield method.result_of(jsonrpc.decode(line))

    @contextlib.asynccontextmanager
    async def _sending(
        self, method: Method, arguments: dict[str, Any], timeout: float | None
    ) -> AsyncIterator[httpx2.Response]:
        sent = method.sent(arguments)
        content = None if sent.body is None else jsonrpc.encode(sent.body)
        async with self._client(timeout) as client, self._answered(client, method.verb, sent, content) as response:
            if not method.any_version:
                _check_version(response.headers.get(VERSION_HEADER))
            if response.status_code != 200:
                raise _error(response.status_code, jsonrpc.decode(await response.aread()))
            yield response

    @contextlib.asynccontextmanager
    async def _answered(
        self, client: httpx2.AsyncClient, verb: str, sent: Sent, content: bytes | None
    ) -> AsyncIterator[httpx2.Response]:
        shown = self._headers()
        while True:
            request = client.build_request(verb, sent.path, params=sent.query, content=content, headers=shown)
            async with contextlib.aclosing(await client.send(request, stream=True)) as response:
                # It has begun, perhaps anew, after its token was read, and has done nothing yet.
                if response.status_code != _NO_TOKEN or (now := self._headers()) == shown:
                    yield response
                    return
                shown = now

    def _headers(self) -> dict[str, str]:
        """The token of the gateway that runs now; earlier versions have none.

        Raises:
            StateError: the socket may be another user's: nothing is sent there.
        """
        self._paths.check_socket()
        try:
            return {TOKEN_HEADER: self._paths.control_token.read_text(encoding="ascii")}
        except FileNotFoundError:
            return {}

    def _client(self, timeout: float | None) -> httpx2.AsyncClient:
        import httpx2

        return httpx2.AsyncClient(
            # Plain HTTP over a socket of this account; without verify no certificates are loaded every time.
            transport=httpx2.AsyncHTTPTransport(uds=str(self._paths.socket), verify=False),
            base_url="http://gateway",
            timeout=httpx2.Timeout(timeout, connect=_CONNECT_TIMEOUT),
            trust_env=False,
        )


@contextlib.asynccontextmanager
async def _translated() -> AsyncIterator[None]:
    import httpx2

    try:
        yield
    except DecodeError as error:
        raise _incompatible("answers in another form") from error
    except (httpx2.HTTPError, OSError, ValueError, RpcError) as error:
        raise no_answer() from error


async def _lines(response: httpx2.Response) -> AsyncGenerator[bytes, None]:
    """What ``response`` says, line by line; httpx2 also ends lines at characters that JSON has inside strings."""
    parts: list[bytes] = []
    async for chunk in response.aiter_bytes():
        first, *rest = chunk.split(b"\n")
        parts.append(first)
        for start in rest:
            yield b"".join(parts)
            parts = [start]


def _check_version(version: str | None) -> None:
    major, _, _ = (version or "0").partition(".")
    if major != API_VERSION.partition(".")[0]:
        raise _incompatible(f"speaks version {version or 'before 1.0'} of the control API, this mcptui {API_VERSION}")


def _incompatible(what: str) -> IncompatibleError:
    return IncompatibleError(
        f"the running gateway is of another version of mcptui: it {what}",
        hint="Start the gateway of this version with: mcptui gateway restart",
    )


def _error(status: int, value: JsonObject) -> McptuiError:
    if status == 404:
        return NotFoundError(value.get("message", "the gateway does not know that (any more)"), hint=value.get("hint"))
    return McptuiError(value.get("message", f"the gateway answered {status}"), hint=value.get("hint"))
