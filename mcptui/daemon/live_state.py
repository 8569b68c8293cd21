"""The state file as the gateway follows it: the newest good content is in effect, a bad one is reported."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from typing import TYPE_CHECKING, Final

from mcptui.daemon import logs
from mcptui.errors import McptuiError
from mcptui.model import State
from mcptui.model.runtime import ConfigError
from mcptui.state.errors import StateError
from mcptui.state.loaded import Loaded
from mcptui.state.paths import Paths
from mcptui.state.reader import read_state
from mcptui.state.watch import watch_state

if TYPE_CHECKING:
    from mcptui.gateway.core import Core

log = logging.getLogger(__name__)

#: How long whoever is writing an empty file may take, seconds.
SETTLE: Final = 0.2


class LiveState:
    """Reads, remembers the last good content across restarts, and watches."""

    def __init__(self, paths: Paths) -> None:
        self._paths = paths
        self._last_good = paths.state_dir / "last-good.toml"
        #: Why the newest content is not in effect.
        self.error: ConfigError | None = None
        self.loaded = self._read() or self._read_last_good()

    def _read(self) -> Loaded | None:
        file = self._paths.config_file
        try:
            if file.exists() and not file.stat().st_size:
                # Editors that write in place empty the file first; an instant without servers would end sessions.
                time.sleep(SETTLE)
            loaded = read_state(file)
        except McptuiError as error:
            known = error if isinstance(error, StateError) else None
            self.error = ConfigError(
                message=error.message,
                file=str(file),
                line=known.line if known else None,
                key=known.key if known else None,
                hint=error.hint,
            )
            log.error("the state file cannot be used, the last good one stays in effect: %s", error.message)
            return None
        self.error = None
        for problem in loaded.problems:
            log.warning("state file, %s: %s", problem.key, problem.message)
        self._remember()
        return loaded

    def _remember(self) -> None:
        with contextlib.suppress(OSError):
            content = self._paths.config_file.read_bytes()
            temporary = self._last_good.with_suffix(".tmp")
            temporary.touch(mode=0o600)
            temporary.write_bytes(content)
            temporary.replace(self._last_good)

    def _read_last_good(self) -> Loaded:
        if self._last_good.exists():
            with contextlib.suppress(McptuiError):
                return read_state(self._last_good)
        return Loaded(State(), "")

    async def reload(self, core: Core) -> None:
        """Read the file now; put it into effect if it is good and new."""
        loaded = await asyncio.to_thread(self._read)
        if loaded is not None and loaded.revision != self.loaded.revision:
            if loaded.state.gateway.log_level != self.loaded.state.gateway.log_level:
                logs.set_level(loaded.state.gateway.log_level)
            self.loaded = loaded
            core.swap(loaded)

    async def follow(self, core: Core) -> None:
        """Reload whenever the file changes, until cancelled."""
        changes = watch_state(self._paths.config_file)
        await self.reload(core)  # it may have changed since it was read at the start
        async for _ in changes:
            await self.reload(core)
