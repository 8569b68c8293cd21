"""One line that is always true: gateway, servers, secrets, the key used for testing, another home."""

from __future__ import annotations

from typing import ClassVar, Final

from textual import events, getters
from textual.content import Content
from textual.widgets import Static

from mcptui.model import State
from mcptui.model.runtime import SecretStatus
from mcptui.protocol.text import one_line
from mcptui.tui.life.gateway_view import GatewayView
from mcptui.tui.servers.marks import WORKING
from mcptui.tui.shell.shell import Shell
from mcptui.tui.text.tone import Tone, toned

_WATCHED: Final = ("loaded", "state_error", "gateway_view", "secret_status", "testing_key", "read_only")


class StatusBar(Static):
    """Follows the shell; a click opens the Gateway mode."""

    DEFAULT_CSS = """
    StatusBar { height: 1; padding: 0 1; background: $panel; color: $foreground; text-wrap: nowrap; }
    """
    ALLOW_SELECT: ClassVar[bool] = False
    app = getters.app(Shell)

    def on_mount(self) -> None:
        for attribute in _WATCHED:
            self.watch(self.app, attribute, self.show, init=False)
        self.show()

    async def on_click(self, event: events.Click) -> None:
        event.stop()
        await self.app.run_action("app.mode('gateway')")

    def on_resize(self) -> None:
        self.show()

    def show(self) -> None:
        """Draw the line anew, the most important parts first where there is little room."""
        app = self.app
        parts = [gateway_part(app.gateway_view, app.state)]
        if app.read_only:
            parts.append(toned("read-only", "warn"))
        if app.state_error is not None:
            parts.append(toned("✗ mcptui.toml has an error", "bad"))
        parts.append(servers_part(app.gateway_view, app.state))
        parts.append(secrets_part(app.secret_status))
        parts.append(toned(f"as {one_line(app.testing_key or 'owner', limit=24)}", "muted"))
        if (profile := app.context.profile) is not None:
            parts.append(toned(f"home {one_line(profile, limit=24)}", "muted"))
        line = Content("")
        separator = toned(" │ ", "muted")
        for part in parts:
            longer = line + separator + part if line else part
            if longer.cell_length > max(self.size.width - 2, 0) and line:
                break
            line = longer
        self.update(line)


def gateway_part(view: GatewayView, state: State) -> Content:
    """The gateway's phase, and its URL while it runs."""
    glyph, word, tone = view.mark
    mark = toned(f"{glyph} {word}", tone)
    if view.status is not None:
        return mark + toned(f" {one_line(view.status.url, limit=40)}")
    if view.phase in {"starting", "failed"}:
        return mark + toned(f" {one_line(state.gateway.base_url, limit=40)}", "muted")
    return mark


def servers_part(view: GatewayView, state: State) -> Content:
    """How many of the enabled servers work."""
    enabled = {name for name, server in state.servers.items() if server.enabled}
    if not enabled:
        return toned("no servers", "muted")
    if view.status is None:
        return toned("servers: unknown", "muted")
    working = sum(1 for server in view.status.servers if server.name in enabled and server.state in WORKING)
    tone: Tone = "plain" if working == len(enabled) else "warn"
    part = toned(f"servers {working}/{len(enabled)} ok", tone)
    # Those that a person can log in to; where a credential is missing, the server's row says so.
    to_log_in = {name for name in enabled if state.servers[name].auth.keeps_logins}
    logins = sum(1 for server in view.status.servers if server.name in to_log_in and server.state == "needs_login")
    return part + toned(f" · {logins} need{'s' if logins == 1 else ''} login", "warn") if logins else part


def secrets_part(status: SecretStatus | None) -> Content:
    """Which secret store is in use, and whether it works."""
    if status is None:
        return toned("secrets …", "muted")
    if status.backend == "none":
        return toned("secrets in memory", "plain") if status.state == "ok" else toned("no secret store", "warn")
    if status.state == "ok":
        return toned(f"{one_line(status.backend, limit=16)} ok", "plain")
    return toned(f"{one_line(status.backend, limit=16)} {status.state}", "warn")
