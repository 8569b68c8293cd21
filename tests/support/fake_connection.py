"""A connection that leads nowhere, for tests of what keeps connections."""

from __future__ import annotations

from typing import Any

from mcptui.upstream.call import Call, Peer
from mcptui.upstream.errors import UpstreamError


class FakeConnection:
    """Counts how often it is closed, which fails each time."""

    peer = Peer(era="handshake", version="2025-11-25", capabilities={})
    hears = True

    def __init__(self) -> None:
        self.closed = False
        self.closings = 0

    async def request(self, call: Call) -> dict[str, Any]:
        """Nobody is there."""
        raise NotImplementedError

    async def notify(self, method: str, params: dict[str, Any] | None = None) -> None:
        """Nobody is there."""
        raise NotImplementedError

    async def close(self) -> None:
        """Be closed."""
        self.closed = True
        self.closings += 1
        raise UpstreamError("gone already")
