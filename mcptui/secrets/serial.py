"""One call at a time into a library that may block for as long as a dialog is open."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


class SerialCalls:
    """Runs calls one after the other, each with a deadline.

    A call that blocks cannot be cancelled. It goes on in its daemon thread, and until it returns every
    other call fails at once instead of queueing up behind it.
    """

    def __init__(self, deadline: float) -> None:
        self._deadline = deadline
        self._turn = threading.Lock()
        self._running: Future[object] | None = None

    def run(self, function: Callable[[], T]) -> T:
        """The result of ``function``.

        Raises:
            TimeoutError: it, or an earlier call, has not returned within the deadline.
        """
        with self._turn:
            if self._running is not None and not self._running.done():
                raise TimeoutError("an earlier call has not returned")
            future: Future[T] = Future()
            threading.Thread(target=_complete, args=(future, function), daemon=True).start()
            self._running = future  # type: ignore[assignment]  # Future is invariant; only done() is used
            return future.result(self._deadline)


def _complete(future: Future[T], function: Callable[[], T]) -> None:
    try:
        future.set_result(function())
    except BaseException as error:
        future.set_exception(error)
