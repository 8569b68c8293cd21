"""The calls of stateless clients that wait at handshake servers for the client's answer."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from functools import partial
from typing import Final, NamedTuple

from mcptui.gateway.lifetime.lifetimes import Lifetimes, Open
from mcptui.gateway.principal import Principal
from mcptui.gateway.relay.era_bridge.suspended_call import SuspendedCall
from mcptui.gateway.relay.seal import LIFETIME, bad_state
from mcptui.tasks import start_task

#: The most calls that may wait for answers at a time, in all and of one principal; beyond it the oldest one ends of who
#: has most.
MAX_SUSPENDED: Final = 1_000
MAX_SUSPENDED_OF_ONE: Final = 50


class _Kept(NamedTuple):
    call: SuspendedCall
    timer: asyncio.TimerHandle
    opened: Open


class SuspendedCalls:
    """All suspended calls, each with its deadline."""

    def __init__(self, lifetimes: Lifetimes) -> None:
        self._lifetimes = lifetimes
        self._calls: dict[str, _Kept] = {}
        self._ending: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        return len(self._calls)

    def keep(self, call: SuspendedCall) -> None:
        """Hold ``call`` until the client comes back, or its time is over."""
        exchange = call.exchange
        of: defaultdict[Principal, list[str]] = defaultdict(list)
        for id_, kept in self._calls.items():
            of[kept.call.exchange.principal].append(id_)
        if len(of[exchange.principal]) >= MAX_SUSPENDED_OF_ONE:
            self._expire(of[exchange.principal][0])
        elif len(self._calls) >= MAX_SUSPENDED:
            self._expire(max(of.values(), key=len)[0])
        timer = asyncio.get_running_loop().call_later(LIFETIME, self._expire, call.id)
        opened = Open(exchange.principal, partial(self._expire, call.id), exchange.is_allowed)
        self._calls[call.id] = _Kept(call, timer, opened)
        self._lifetimes.add(opened)

    def take(self, id_: str) -> SuspendedCall:
        """The call that the client comes back to; it is then nobody else's.

        Raises:
            RpcError: it is gone.
        """
        call = self._forget(id_)
        if call is None:
            raise bad_state()
        return call

    def _forget(self, id_: str) -> SuspendedCall | None:
        kept = self._calls.pop(id_, None)
        if kept is None:
            return None
        kept.timer.cancel()
        self._lifetimes.remove(kept.opened)
        return kept.call

    def _expire(self, id_: str) -> None:
        call = self._forget(id_)
        if call is not None:
            task = start_task(call.cancel(), name="expire suspended call")
            self._ending.add(task)
            task.add_done_callback(self._ending.discard)

    async def close(self) -> None:
        """Cancel all."""
        for id_ in list(self._calls):
            self._expire(id_)
        await asyncio.gather(*self._ending, return_exceptions=True)
