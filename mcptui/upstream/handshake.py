"""Opening a handshake session (≤ 2025-11-25), the same over every transport."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mcptui.protocol.versions import HANDSHAKE_VERSIONS, LATEST_HANDSHAKE
from mcptui.upstream.call import Call, Peer
from mcptui.upstream.dispatcher import Dispatcher
from mcptui.upstream.errors import NotMcpError
from mcptui.upstream.stateless import GATEWAY_INFO


def initialize_call(
    capabilities: Mapping[str, Any],
    client_info: dict[str, Any] | None,
    timeout: float,
    version: str = LATEST_HANDSHAKE,
) -> Call:
    """The ``initialize`` request, with the capabilities of the client behind the session."""
    params = {
        "protocolVersion": version,
        "capabilities": dict(capabilities),
        "clientInfo": client_info or GATEWAY_INFO,
    }
    return Call(method="initialize", params=params, timeout=timeout)


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


async def shake_hands(dispatcher: Dispatcher, call: Call) -> Peer:
    """``initialize``, then ``notifications/initialized``."""
    peer = initialized(await dispatcher.request(call))
    if call.client is not None:
        dispatcher.client = call.client
    await dispatcher.notify("notifications/initialized")
    return peer
