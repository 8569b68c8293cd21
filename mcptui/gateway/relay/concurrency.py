"""How many calls of a key are under way at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mcptui.gateway.principal import Operator
from mcptui.protocol.errors import TOO_MANY_CALLS, RpcError
from mcptui.protocol.text import counted

if TYPE_CHECKING:
    from mcptui.gateway.exchange import Exchange
    from mcptui.stores.leases import Lease, LeaseStore


async def take_place(leases: LeaseStore, exchange: Exchange) -> Lease | None:
    """A lease for a call of a key: of those it may have at a time, by itself and as any key; None for the operator.

    Raises:
        RpcError: all are taken, and the exchange does not wait.
    """
    principal = exchange.principal
    if isinstance(principal, Operator):
        return None
    key = exchange.snapshot.key(principal)
    limit = exchange.snapshot.state.gateway.max_calls_per_key
    if key is not None and key.max_concurrent is not None:
        limit = min(limit, key.max_concurrent)
    lease = await leases.acquire(principal.id, limit, wait=exchange.waits)
    if lease is None:
        message = f"Key {principal.name} may have {counted(limit, 'concurrent call')}; try again when one is done."
        raise RpcError(TOO_MANY_CALLS, message, {"retryable": True})
    return lease
