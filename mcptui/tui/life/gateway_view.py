"""What the app knows about the gateway process."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias

from mcptui.errors import McptuiError, RefusedError
from mcptui.model.runtime import GatewayStatus, ServerStatus
from mcptui.tui.text.tone import Tone

#: silent: its process exists and does not answer · lost: it ran and is gone without being asked ·
#: failed: it could not be started.
Phase: TypeAlias = Literal["unknown", "starting", "running", "silent", "stopping", "stopped", "lost", "failed"]

_MARKS: Final[dict[Phase, tuple[str, str, Tone]]] = {
    "unknown": ("·", "connecting", "muted"),
    "starting": ("◐", "starting", "warn"),
    "running": ("●", "running", "ok"),
    "silent": ("▲", "not responding", "warn"),
    "stopping": ("◐", "stopping", "warn"),
    "stopped": ("○", "stopped", "muted"),
    "lost": ("✗", "exited unexpectedly", "bad"),
    "failed": ("✗", "failed to start", "bad"),
}


@dataclass(frozen=True, slots=True)
class GatewayView:
    """The gateway's phase; ``status`` is the latest one while it runs."""

    phase: Phase = "unknown"
    status: GatewayStatus | None = None
    error: McptuiError | None = None

    @property
    def mark(self) -> tuple[str, str, Tone]:
        """Glyph, word and tone of the phase."""
        return _MARKS[self.phase]

    @property
    def is_running(self) -> bool:
        """Whether the gateway answers."""
        return self.status is not None

    def require_own_address(self) -> None:
        """Be sure that what listens on the gateway's address is no other program, which would get the keys of clients.

        Raises:
            RefusedError: the gateway could not start there.
        """
        if self.phase == "failed":
            reason = f": {self.error.message}" if self.error is not None else ""
            raise RefusedError(
                f"The gateway failed to start{reason}. A client would send the key to whatever has its address.",
                hint="Start the gateway first: s in mode 5. Where its port is taken, p there takes a free one.",
            )

    def seen(self, status: GatewayStatus | None, *, crashed: bool = False) -> GatewayView:
        """The view after the gateway was asked for its status; ``crashed`` says how one ended that is gone."""
        if status is not None:
            return self if self.phase == "stopping" else GatewayView("running", status)
        match self.phase:
            case "running" | "silent":
                return GatewayView("lost" if crashed else "stopped")
            case "unknown" | "stopping":
                return GatewayView("stopped")
            case _:
                return replace(self, status=None)

    def unanswered(self, error: McptuiError) -> GatewayView:
        """The view after it did not answer; while it starts or stops that is no news."""
        return self if self.phase in {"starting", "stopping"} else GatewayView("silent", error=error)

    def server(self, name: str) -> ServerStatus | None:
        """The state of one server, if the gateway runs and knows it."""
        servers = self.status.servers if self.status else ()
        return next((server for server in servers if server.name == name), None)
