"""How one server is doing: its circuit breaker, its health in words, and how fast it answers."""

from __future__ import annotations

import time
from collections.abc import Callable

from mcptui.errors import McptuiError
from mcptui.protocol.errors import RpcError
from mcptui.upstream.server.breaker import Breaker
from mcptui.upstream.server.health import ServerHealth
from mcptui.upstream.server.known import Known


class Vitals:
    """Learns from every attempt to use the server.

    Args:
        known: of the server.
        changed: called after every change of its health.
        clock: of the breaker, seconds.
        redact: takes secrets out of what is said of it.
    """

    def __init__(
        self,
        known: Known,
        changed: Callable[[], None],
        clock: Callable[[], float] = time.monotonic,
        redact: Callable[[str], str] = str,
    ) -> None:
        self.breaker = Breaker(clock)
        self.health = ServerHealth(known.config.name, known.config.enabled, changed, redact=redact)
        #: Of the newest call in which nobody was asked.
        self.latency_ms: float | None = None

    def admit(self) -> int:
        """Let a request through; what :meth:`failed` wants to know of it.

        Raises:
            UpstreamError: the server is down, and it is not yet time to try again; says why and since when.
        """
        if not self.breaker.allows():
            raise self.health.unavailable()
        return self.breaker.failures

    def answered(self, latency_ms: float | None) -> None:
        """A call was answered; None for a time that tells nothing."""
        if latency_ms is not None:
            self.latency_ms = latency_ms
        if self.breaker.failures or self.health.state != "ready":
            self.succeeded()

    def succeeded(self) -> None:
        """The server has done its part."""
        self.breaker.succeeded()
        self.health.succeeded()

    def failed(self, error: McptuiError | RpcError, since: int) -> None:
        """It has not; ``since`` is how many failures there were when that was tried."""
        self.breaker.failed(since)
        self.health.failed(error)
