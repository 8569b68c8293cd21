"""How many calls of a key are under way at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mcptui.gateway.principal import Operator
from mcptui.protocol.errors import TOO_MANY_CALLS, RpcError

if TYPE_CHECKING:
    from mcptui.gateway.exchange import Exchange
    from mcptui.stores.leases import Lease, LeaseStore


async def take_place(leases: LeaseStore, exchange: Exchange) -> Lease | None:
    """A lease for a call of a key that has ``max_concurrent``; None where nothing is limited.

    Raises:
        RpcError: all are taken, and the exchange does not wait.
    """
    principal = exchange.principal
    if isinstance(principal, Operator):
        return None
    key = exchange.snapshot.key(principal)
    limit = None if key is None else key.max_concurrent
    if limit is None:
        return None
    lease = await leases.acquire(principal.id, limit, wait=exchange.waits)
    if lease is None:
        message = f"Key {principal.name} may have {limit} calls under way at a time; try again when one is done."
        raise RpcError(TOO_MANY_CALLS, message, {"retryable": True})
    return lease
