"""Opening a handshake session (≤ 2025-11-25), the same over every transport."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mcptui.protocol.errors import RpcError
from mcptui.protocol.versions import HANDSHAKE_VERSIONS
from mcptui.upstream.call import Call, Peer
from mcptui.upstream.dispatcher import Dispatcher
from mcptui.upstream.errors import NotMcpError, UpstreamError
from mcptui.upstream.stateless import GATEWAY_INFO


@dataclass(slots=True, kw_only=True)
class Opening(Call):
    """The ``initialize`` request."""

    #: Versions to ask for where that of the params is refused.
    others: Sequence[str] = ()


def initialize_call(
    capabilities: Mapping[str, Any],
    client_info: dict[str, Any] | None,
    timeout: float,
    versions: Sequence[str] = HANDSHAKE_VERSIONS[::-1],
) -> Opening:
    """The ``initialize`` request, with the capabilities of the client behind the session.

    Args:
        capabilities: of that client.
        client_info: how it calls itself.
        timeout: seconds.
        versions: that may be spoken, in the order in which they are asked for.
    """
    params = {
        "protocolVersion": versions[0],
        "capabilities": dict(capabilities),
        "clientInfo": client_info or GATEWAY_INFO,
    }
    return Opening(method="initialize", params=params, timeout=timeout, others=versions[1:])


def initialized(result: dict[str, Any]) -> Peer:
    """What an InitializeResult says about the server.

    Raises:
        NotMcpError: it names a version that nobody here speaks.
    """
    version = result.get("protocolVersion")
    if version not in HANDSHAKE_VERSIONS:
        raise NotMcpError(f"the server wants protocol version {version!r}, which is not known here")
    capabilities, info, instructions = (result.get(key) for key in ("capabilities", "serverInfo", "instructions"))
    return Peer(
        era="handshake",
        version=str(version),
        capabilities=capabilities if isinstance(capabilities, dict) else {},
        server_info=info if isinstance(info, dict) else None,
        instructions=instructions if isinstance(instructions, str) else None,
    )


def has_roots(call: Call) -> bool:
    """Whether the client behind the ``initialize`` request ``call`` can be asked for its roots."""
    return "roots" in call.params["capabilities"]


async def shake_hands(dispatcher: Dispatcher, opening: Opening) -> Peer:
    """``initialize``, then ``notifications/initialized``; a server that refuses a version is asked for others.

    Raises:
        RpcError: the server refuses.
        UpstreamError: no MCP answer came.
    """
    peer = await _initialize(dispatcher, opening)
    if opening.client is not None:
        dispatcher.questions.client = opening.client
    try:
        # It needs no answer, so a server that gives none, or a wrong one, is used all the same.
        await dispatcher.notify("notifications/initialized")
    except UpstreamError as error:
        dispatcher.remark(f"does not take notifications/initialized: {error}")
    return peer


async def _initialize(dispatcher: Dispatcher, opening: Opening) -> Peer:
    """What the server says; the version that it was asked for last stays in ``opening``."""
    while True:
        try:
            return initialized(await dispatcher.request(opening))
        except (RpcError, UpstreamError) as error:
            others = [version for version in opening.others if _may_speak(version, error)]
            if not others:
                raise
            asked = opening.params["protocolVersion"]
            dispatcher.remark(f"refuses version {asked} instead of naming another: {error}")
        opening.params = {**opening.params, "protocolVersion": others[0]}
        opening.others = others[1:]


def _may_speak(version: str, error: RpcError | UpstreamError) -> bool:
    """Whether a server that refused another version with ``error`` may speak this one."""
    if isinstance(error, RpcError):
        named = error.data.get("supported") if isinstance(error.data, dict) else None
        return version in named if isinstance(named, list) else "version" in error.message.lower()
    return error.status == 400 and "version" in error.message.lower()
