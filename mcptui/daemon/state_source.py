"""Where the gateway reads its desired state: the file of the home, with its last good content as the fallback."""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import AsyncIterator
from typing import Final, Protocol

from mcptui.errors import McptuiError
from mcptui.files import PRIVATE_FILE, replace_file
from mcptui.model import State
from mcptui.model.runtime import ConfigError
from mcptui.state.errors import StateError
from mcptui.state.loaded import Loaded
from mcptui.state.paths import Paths
from mcptui.state.reader import read_state
from mcptui.state.scrub import SecretsRemoved
from mcptui.state.watch import watch_state

log = logging.getLogger(__name__)

#: How long whoever is writing an empty file may take, seconds.
SETTLE: Final = 0.2


class StateSource(Protocol):
    """A place that holds the desired state."""

    #: Why the newest content cannot be used; None where it can.
    error: ConfigError | None

    def first(self) -> Loaded:
        """The state to start with."""
        ...

    def read(self) -> Loaded | None:
        """The newest content, or None where it cannot be used. Blocking."""
        ...

    def changes(self) -> AsyncIterator[None]:
        """An item whenever the content may have changed, from the time of this call on."""
        ...


class StateFileSource:
    """The state file of one home; what was good last is remembered across restarts."""

    def __init__(self, paths: Paths) -> None:
        self._file = paths.config_file
        self._last_good = paths.last_good
        self._removed = SecretsRemoved(paths)
        self.error: ConfigError | None = None

    def first(self) -> Loaded:
        """The file as it is, else as it was last when it could be used, else an empty state."""
        return self._read() or self._read_last_good()

    def read(self) -> Loaded | None:
        """The file as it is, or None where it cannot be used. Blocking.

        Earlier versions lose the secrets that the file has no longer.
        """
        loaded = self._read()
        if loaded is not None:
            self._removed.follow(loaded)
        return loaded

    def _read(self) -> Loaded | None:
        try:
            loaded = self._read_settled()
        except McptuiError as error:
            known = error if isinstance(error, StateError) else None
            self.error = ConfigError(
                message=error.message,
                file=str(self._file),
                line=known.line if known else None,
                key=known.key if known else None,
                hint=error.hint,
            )
            log.error("the state file cannot be used, the last valid one is used: %s", error.message)
            return None
        self.error = None
        for problem in loaded.problems:
            log.warning("state file, %s: %s", problem.key, problem.message)
        self._remember()
        return loaded

    def _read_settled(self) -> Loaded:
        with contextlib.suppress(OSError):
            if not self._file.stat().st_size:
                # Editors that write in place empty the file first; an instant without servers would end sessions.
                time.sleep(SETTLE)
        return read_state(self._file)

    def _remember(self) -> None:
        with contextlib.suppress(OSError):
            replace_file(self._last_good, self._file.read_bytes(), mode=PRIVATE_FILE)

    def _read_last_good(self) -> Loaded:
        if self._last_good.exists():
            with contextlib.suppress(McptuiError):
                return read_state(self._last_good)
        return Loaded(State(), "")

    def changes(self) -> AsyncIterator[None]:
        """An item whenever the file may have changed."""
        return watch_state(self._file)
