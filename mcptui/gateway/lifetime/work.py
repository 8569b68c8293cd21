"""Work of one task that ends when the access that it needs is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import TracebackType

from mcptui.gateway.lifetime.lifetimes import ClientSide, Lifetimes, Open
from mcptui.gateway.principal import Principal
from mcptui.gateway.snapshot import Snapshot


class AccessLostError(Exception):
    """The work was not begun, because its principal may no longer do it."""


class AccessEndedError(AccessLostError):
    """The work had begun, and was ended."""


class DisconnectedError(AccessLostError):
    """The work had begun, and the operator disconnected its client."""


class Work(Open):
    """A block of the current task, one call of a client; losing access cancels it.

    The block raises :class:`AccessEndedError` then, or :class:`DisconnectedError`.

    Args:
        lifetimes: where it is open.
        principal: who has it done.
        still_valid: as of :class:`Open`.
        allowed_by: the snapshot that has allowed it already, if one has.
        peer: as of :class:`Open`.
    """

    __slots__ = ("_allowed_by", "_lifetimes", "_lost", "_task")

    def __init__(
        self,
        lifetimes: Lifetimes,
        principal: Principal,
        still_valid: Callable[[Snapshot], bool] | None = None,
        allowed_by: Snapshot | None = None,
        peer: ClientSide | None = None,
    ) -> None:
        super().__init__(principal, still_valid=still_valid, kind="call", peer=peer)
        self._lifetimes = lifetimes
        self._allowed_by = allowed_by
        self._task = asyncio.current_task(lifetimes.loop)
        self._lost: type[AccessLostError] | None = None

    def end(self) -> None:
        """Cancel the task."""
        self._cancel(AccessEndedError)

    def disconnect(self) -> None:
        """Cancel the task, for another reason."""
        self._cancel(DisconnectedError)

    def _cancel(self, why: type[AccessLostError]) -> None:
        self._lost = self._lost or why
        if self._task is not None:
            self._task.cancel()

    def __enter__(self) -> None:
        newest = self._lifetimes.snapshot
        if newest is not self._allowed_by and not self.is_valid(newest):
            raise AccessLostError
        self._lifetimes.keep(self)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._lifetimes.remove(self)
        if self._lost is not None and isinstance(error, asyncio.CancelledError) and self._task is not None:
            self._task.uncancel()
            raise self._lost from None
