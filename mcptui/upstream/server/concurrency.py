"""How many requests one server gets at a time: beyond that they wait in order, and not too many of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from mcptui.model.limits import Limits
from mcptui.protocol.text import counted
from mcptui.stores.semaphore import QueueFullError, Semaphore
from mcptui.upstream.call import Ask
from mcptui.upstream.errors import BusyError, UpstreamTimeoutError

#: As many requests may wait for a place as this many times the places.
QUEUE: Final = 4


class ConcurrencyLimit(Semaphore):
    """The places of one server, used by principals.

    Args:
        limit: requests that may be under way.
        limits: those in effect.
    """

    def __init__(self, limit: int, limits: Callable[[], Limits] = Limits) -> None:
        super().__init__(limit, QUEUE)
        self._limits = limits

    @property
    def limit_of_one(self) -> int:
        """How many places one principal may hold."""
        return self._limits().max_calls_per_key_and_server

    async def wait(self, timeout: float | None = None, user: str = "") -> None:
        """Wait for a place and take it, ``timeout`` seconds at most.

        Raises:
            BusyError: too many wait already.
            UpstreamTimeoutError: none became free.
        """
        hint = "Try again later, or raise max_concurrent for this server."
        try:
            await super().wait(timeout, user)
        except QueueFullError:
            why = f"it is busy: {counted(self.limit, 'concurrent request')}, and {self.waiting} wait"
            raise BusyError(why, hint=hint) from None
        except TimeoutError:
            why = f"it is busy: the request waited {timeout:g} s for one of {min(self.limit, self.limit_of_one)} places"
            raise UpstreamTimeoutError(why, hint=hint) from None


class ReleasedWhileAsking:
    """``ask`` while whose answer is waited for no place is held: a person may take minutes."""

    def __init__(self, slots: ConcurrencyLimit, user: str, ask: Ask) -> None:
        self._slots = slots
        self._user = user
        self._ask = ask
        #: Whether it was asked: how long the request took then says nothing about the server.
        self.used = False

    async def __call__(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        self.used = True
        self._slots.give_back(self._user)
        try:
            return await self._ask(method, params)
        finally:
            self._slots.retake(self._user)
