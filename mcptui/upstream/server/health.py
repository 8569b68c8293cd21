"""How a server is: its state, since when, and why, in words for people and clients."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable
from typing import Final

from mcptui.errors import McptuiError
from mcptui.model.runtime import BROKEN, STATE_WORDS, ServerState
from mcptui.protocol.errors import RpcError
from mcptui.upstream.errors import UpstreamError, UpstreamLoginError, UpstreamTimeoutError

log = logging.getLogger(__name__)

#: A server that has failed this often within so many seconds, and works in between, is not called ready.
FLAPS: Final = 3
FLAP_WINDOW: Final = 300.0


class ServerHealth:
    """The state of one server.

    Args:
        name: of the server, for the log.
        enabled: whether the gateway uses it at all.
        changed: called after every change.
        clock: seconds since the epoch.
        redact: takes secrets out of what is said of it: a server may quote what it was shown.
    """

    def __init__(
        self,
        name: str,
        enabled: bool,
        changed: Callable[[], None],
        clock: Callable[[], float] = time.time,
        redact: Callable[[str], str] = str,
    ) -> None:
        self._name = name
        self._redact = redact
        self._changed = changed
        self._clock = clock
        #: When it went from working to not working, lately.
        self._falls: deque[float] = deque()
        self._last_reason = ""
        self._works = True
        #: What clients are told of the newest failure.
        self._public = UpstreamError.public
        self.state: ServerState = "idle" if enabled else "disabled"
        self.since = clock()
        self.reason: str | None = None
        self.hint: str | None = None
        #: When it last did not do its part.
        self.failed_at: float | None = None

    def starting(self) -> None:
        """It is connected to for the first time, or its process is started again."""
        if self.state == "idle":
            self._become("starting")

    def started(self) -> None:
        """What it was connected to for will tell how it is; until then it is not known to fail."""
        if self.state == "starting":
            self._become("ready")

    def rests(self) -> None:
        """Nobody uses it, its process has ended, and it will be started again when it is needed."""
        if self.state in ("ready", "starting"):
            self._become("idle")

    def succeeded(self) -> None:
        """It has answered."""
        self._works = True
        oldest = self._clock() - FLAP_WINDOW
        while self._falls and self._falls[0] < oldest:
            self._falls.popleft()
        if len(self._falls) < FLAPS:
            self._become("ready")
            return
        last = time.strftime("%H:%M:%S", time.localtime(self._falls[-1]))
        self._become(
            "degraded",
            f"it comes and goes: failed {len(self._falls)} times in {FLAP_WINDOW / 60:g} minutes, last at {last}: "
            f"{self._last_reason}",
        )

    def failed(self, error: McptuiError | RpcError) -> None:
        """It has not done its part."""
        state: ServerState = "unreachable"
        if isinstance(error, UpstreamLoginError):
            state = "needs_login"
        elif isinstance(error, RpcError):
            state = "degraded"
        elif not isinstance(error, UpstreamError):
            state = "needs_secret"
        elif isinstance(error, UpstreamTimeoutError) and self._works and self.state in ("ready", "degraded"):
            state = "degraded"
        self.failed_at = self._clock()
        if self._works:
            self._falls.append(self.failed_at)
        self._works = False
        self._public = error.public if isinstance(error, UpstreamError) else UpstreamError.public
        hint = error.hint if isinstance(error, McptuiError) else None
        self._last_reason = self._redact(error.message)
        self._become(state, self._last_reason, None if hint is None else self._redact(hint))

    def _become(self, state: ServerState, reason: str | None = None, hint: str | None = None) -> None:
        if (state, reason) == (self.state, self.reason):
            return
        if state != self.state:
            self.since = self._clock()
            if state in BROKEN or state == "degraded":
                log.warning("server %s is %s: %s", self._name, STATE_WORDS[state], reason)
            else:
                log.info("server %s is %s", self._name, STATE_WORDS[state])
        self.state, self.reason, self.hint = state, reason, hint
        self._changed()

    def unavailable(self) -> UpstreamError:
        """The error of a call that is not even tried, since the server is known to be down."""
        since = time.strftime("%H:%M:%S", time.localtime(self.since))
        return UpstreamError(
            f"{STATE_WORDS[self.state]} since {since}: {self.reason or 'it has not answered yet'}",
            hint=self.hint,
            public=f"{self._public}, since {since}",
        )
