"""Work of one task that ends when the access that it needs is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import TracebackType

from mcptui.gateway.lifetime.lifetimes import Lifetimes, Open
from mcptui.gateway.principal import Principal
from mcptui.gateway.snapshot import Snapshot


class AccessLostError(Exception):
    """The work was not begun, because its principal may no longer do it."""


class AccessEndedError(AccessLostError):
    """The work had begun, and was ended."""


class Work(Open):
    """A block of the current task; losing access cancels it, and the block raises :class:`AccessEndedError`.

    Args:
        lifetimes: where it is open.
        principal: who has it done.
        still_valid: as of :class:`Open`.
        allowed_by: the snapshot that has allowed it already, if one has.
    """

    __slots__ = ("_allowed_by", "_is_lost", "_lifetimes", "_task")

    def __init__(
        self,
        lifetimes: Lifetimes,
        principal: Principal,
        still_valid: Callable[[Snapshot], bool] | None = None,
        allowed_by: Snapshot | None = None,
    ) -> None:
        super().__init__(principal, still_valid=still_valid)
        self._lifetimes = lifetimes
        self._allowed_by = allowed_by
        self._task = asyncio.current_task()
        self._is_lost = False

    def end(self) -> None:
        """Cancel the task."""
        self._is_lost = True
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
        if self._is_lost and isinstance(error, asyncio.CancelledError) and self._task is not None:
            self._task.uncancel()
            raise AccessEndedError from None
