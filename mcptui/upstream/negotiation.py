"""Finding out how an HTTP server is spoken to: in which era, and over which transport."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal, NamedTuple, TypeAlias

from mcptui.protocol.errors import RpcError
from mcptui.protocol.versions import Era
from mcptui.upstream.call import Announce, Call, Connection
from mcptui.upstream.errors import NotMcpError, UpstreamError, UpstreamLoginError, UpstreamTimeoutError
from mcptui.upstream.handshake import Opening
from mcptui.upstream.http import Endpoint
from mcptui.upstream.remarks import Remarks
from mcptui.upstream.sse import SseSession
from mcptui.upstream.stateless import discover
from mcptui.upstream.streamable import StreamableSession

Transport: TypeAlias = Literal["http", "sse"]

#: How long the question of the stateless era is waited for where the server may be of the other one, seconds.
DISCOVERY: Final = 10.0


@dataclass(slots=True)
class Negotiated:
    """What earlier connections found out, so that the next one need not ask."""

    transport: str | None = None
    era: Era | None = None
    #: No other era will do.
    is_required: bool = False
    #: The version of the handshake era that was asked for last.
    version: str | None = None
    #: What the server does otherwise than the protocol says.
    remarks: Remarks = field(default_factory=Remarks)


class Way(NamedTuple):
    """One way to speak to an HTTP server."""

    transport: Transport
    era: Era


_WAYS: Final = (Way("http", "stateless"), Way("http", "handshake"), Way("sse", "handshake"))


def ways(transport: str | None, era: Era | None) -> list[Way]:
    """The ways that there are where these are given; None for any."""
    return [way for way in _WAYS if transport in (None, way.transport) and era in (None, way.era)]


async def negotiate(
    endpoint: Endpoint, opening: Opening, announce: Announce, possible: Sequence[Way], remembered: Negotiated
) -> Connection:
    """Open a connection on the way that worked before, else on the first that works.

    Raises:
        RpcError: the server refused.
        UpstreamError: no MCP answer came on any way.
    """
    known = next((way for way in possible if way == (remembered.transport, remembered.era)), None)
    if known is not None:
        try:
            return await _open(endpoint, opening, announce, known)
        except (RpcError, UpstreamError) as error:
            # By its answer it may be another program by now.
            if len(possible) == 1 or not (isinstance(error, RpcError) or _may_speak_otherwise(known, error)):
                raise
    failed: list[tuple[Way, RpcError | UpstreamError]] = []
    for way in possible:
        patient = way == possible[-1] or way.era == "handshake"
        asked = opening if patient else replace(opening, timeout=min(opening.timeout, DISCOVERY))
        try:
            connection = await _open(endpoint, asked, announce, way)
        except (RpcError, UpstreamError) as error:
            failed.append((way, error))
            if not _may_speak_otherwise(way, error):
                break
            if way.era == "stateless" and isinstance(error, UpstreamError) and not isinstance(error, NotMcpError):
                endpoint.remark(f"does not answer server/discover as it should: {error}")
        else:
            remembered.transport, remembered.era = way
            return connection
    raise _all_of(failed) from None


async def _open(endpoint: Endpoint, opening: Opening, announce: Announce, way: Way) -> Connection:
    if way.era == "stateless":
        capabilities = opening.params["capabilities"]
        call = Call(method="server/discover", params={}, capabilities=capabilities, timeout=opening.timeout)
        return await discover(endpoint, call)
    if way.transport == "http":
        return await StreamableSession.open(endpoint, opening, announce)
    return await SseSession.open(endpoint, opening, announce)


def _may_speak_otherwise(way: Way, error: RpcError | UpstreamError) -> bool:
    """Whether the failure may just mean that the server speaks another revision or transport.

    Any JSON-RPC error and any 4xx do (2026-07-28 basic/versioning). In the field, servers of the older era also
    answer the unknown question with a refused credential, an empty stream, a redirect, or by hanging up or not at all.
    """
    if isinstance(error, RpcError):
        return way.era == "stateless"
    if isinstance(error, UpstreamLoginError):
        return way.era == "stateless" and error.status is not None
    if isinstance(error, UpstreamTimeoutError):
        return way.era == "stateless"
    return isinstance(error, NotMcpError) or error.status is not None or error.ran


def _all_of(failed: Sequence[tuple[Way, RpcError | UpstreamError]]) -> RpcError | UpstreamError:
    """What tells most, with what the other transport said."""
    _, last = failed[-1]
    refused = next((error for _, error in failed if isinstance(error, UpstreamLoginError)), None)
    if refused is not None and (isinstance(last, RpcError) or 400 <= (last.status or 0) < 500):
        return refused  # with a login the way on which it was asked for will do; the others are not the server's
    before = next((error for way, error in failed if way == ("http", "handshake")), None)
    if not isinstance(last, UpstreamError) or not isinstance(before, UpstreamError) or last is before:
        return last
    # A stream that was opened, and did not become a session, tells more than a refused POST.
    is_sse = last.status is None
    telling, other = (last, before) if is_sse else (before, last)
    if other.message == telling.message:
        return telling
    transport = "Streamable HTTP" if is_sse else "SSE"
    message = f"{telling.message}; over {transport}: {other.message}"
    return type(telling)(message, hint=telling.hint, ran=telling.ran, status=telling.status)
