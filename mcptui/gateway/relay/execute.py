"""One request that the gateway makes itself, for somebody: through the relay, recorded as every call is."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

from mcptui.protocol import jsonrpc
from mcptui.protocol.errors import RpcError
from mcptui.protocol.results import error_to_handshake, to_handshake

if TYPE_CHECKING:
    from mcptui.gateway.core import Core
    from mcptui.gateway.exchange import Exchange


async def execute(core: Core, exchange: Exchange) -> dict[str, Any]:
    """The result of ``exchange``, in the form of the handshake era.

    Raises:
        RpcError: every failure.
    """
    started = time.perf_counter()
    result: Any = None
    fault: RpcError | None = None
    try:
        result = to_handshake(await core.relay.request(exchange))
    except RpcError as error:
        fault = error_to_handshake(exchange.method, error)
    except asyncio.CancelledError:
        core.recorder.note(exchange, started=started, bytes_in=0, bytes_out=0, cancelled=True)
        raise
    except Exception as error:
        fault = core.internal_error(exchange, error)
    core.recorder.note(
        exchange,
        started=started,
        bytes_in=len(jsonrpc.encode(exchange.params)),
        bytes_out=len(jsonrpc.encode(result)) if fault is None else 0,
        result=result,
        error=fault,
    )
    if fault is not None:
        raise fault
    value: dict[str, Any] = result
    return value
