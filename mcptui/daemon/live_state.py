"""The state in effect: the newest good content of its source."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from mcptui.daemon import logs
from mcptui.state.loaded import Loaded

if TYPE_CHECKING:
    from mcptui.daemon.state_source import StateSource
    from mcptui.gateway.core import Core
    from mcptui.model.runtime import ConfigError


class LiveState:
    """Follows a source; a content that cannot be used changes nothing."""

    def __init__(self, source: StateSource) -> None:
        self._source = source
        self._reading = asyncio.Lock()
        self.loaded = source.first()

    @property
    def error(self) -> ConfigError | None:
        """Why the newest content is not in effect."""
        return self._source.error

    async def reload(self, core: Core) -> None:
        """Read the source now; put its content into effect if it is good and new."""
        # One at a time: what was read first must not take effect last.
        async with self._reading:
            before = self.loaded
            loaded = await asyncio.to_thread(self._source.read)
            if loaded is not None and self.loaded is before and loaded.revision != before.revision:
                self.use(loaded, core)

    def use(self, loaded: Loaded, core: Core) -> None:
        """Put ``loaded`` into effect."""
        logs.use(loaded.state.gateway)
        self.loaded = loaded
        core.swap(loaded)

    async def follow(self, core: Core) -> None:
        """Reload whenever the source changes, until cancelled."""
        changes = self._source.changes()
        await self.reload(core)  # it may have changed since it was read at the start
        async for _ in changes:
            await self.reload(core)
