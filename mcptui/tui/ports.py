"""What the app needs from the gateway; the services' gateway and the test one both have it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any, Protocol

from mcptui.model import Server
from mcptui.model.runtime import CallEvent, CallRecord, GatewayStatus, Json, JsonObject, Listed, ProbeStep


class GatewayPort(Protocol):
    """The gateway process and its control API. Methods raise McptuiError subclasses."""

    async def status(self) -> GatewayStatus | None:
        """The running gateway, or None."""

    async def start(self) -> GatewayStatus:
        """Start it, or adopt the one that runs."""

    async def stop(self) -> None:
        """End it; fine when it does not run."""

    async def restart(self) -> GatewayStatus:
        """Stop and start."""

    async def reload(self) -> str:
        """Read the state file now; the revision that is in effect."""

    async def logs(self, lines: int = 200) -> list[str]:
        """The last lines of the log file."""

    def follow_logs(self) -> AsyncIterator[str]:
        """New log lines as they come."""

    async def listed(self, key: str | None, server: str | None = None) -> Listed:
        """What ``key`` sees; None is the owner, who sees everything that is enabled."""

    def call(self, method: str, params: JsonObject, *, key: str | None = None) -> AsyncIterator[CallEvent]:
        """One MCP request as ``key``."""

    async def answer(self, event_id: Any, result: Json = None, error: Json = None) -> None:
        """Answer an ``ask`` event of a running call."""

    def probe(self, server: Server) -> AsyncIterator[ProbeStep]:
        """Try ``server`` as it stands, saved or not."""

    def traffic(self, since: int = 0, *, follow: bool = True) -> AsyncIterator[CallRecord]:
        """Requests that crossed the gateway after the record ``since``."""

    async def refresh(self, server: str) -> None:
        """Connect to ``server`` anew and read its lists again."""

    def log_in(self, server: str, key: str | None = None) -> AsyncIterator[CallEvent]:
        """A login with OAuth: "open" {id, url, redirect_uri, seconds}, "done" {scope} or "failed" {message, hint}."""

    async def paste_login(self, id_: str, url: str) -> None:
        """Give a login the URL that a browser elsewhere ended at."""

    async def log_out(self, server: str, key: str | None = None) -> None:
        """Revoke and forget a login."""

    async def secret_changed(self, path: str | None) -> None:
        """Tell a running gateway that a secret has a new value."""

    def chat(self, request: JsonObject) -> AsyncGenerator[CallEvent, None]:
        """One conversation turn with tools."""
