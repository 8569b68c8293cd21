"""The gateway's state in words."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from mcptui.errors import McptuiError
from mcptui.model import GatewaySettings
from mcptui.model.runtime import ConfigError, GatewayStatus
from mcptui.model.settings import titles_of
from mcptui.protocol.text import counted, one_line, visible
from mcptui.tui.clock import duration
from mcptui.tui.life.gateway_view import GatewayView
from mcptui.tui.text.tone import toned
from mcptui.tui.widgets.facts import Fact, facts, section, sections

_AFTER_QUIT = {
    True: "keep running",
    False: "stop",
    None: "ask",
}


def card(view: GatewayView, settings: GatewaySettings, now: float, log_tail: Sequence[str] = ()) -> Content:
    """What the state pane shows; ``log_tail`` is shown where the gateway failed."""
    glyph, word, tone = view.mark
    head = toned(f"{glyph} {word}", tone)
    lines: list[Fact] = []
    if view.status is not None:
        head += toned(f"  for {duration(now - view.status.started)}", "muted")
        lines = _running(view.status)
    else:
        lines = [("Address", settings.base_url)]
    lines.append(("On quit", Content(_AFTER_QUIT[settings.survive_app]) + toned(" (Q)", "muted")))
    parts = [head + Content("\n") + facts(lines)]
    if view.status is not None and view.status.config_error is not None:
        parts.append(config_problem(view.status.config_error))
    parts += _trouble(view, log_tail)
    return sections(parts)


def one_line_card(view: GatewayView, settings: GatewaySettings, now: float) -> Content:
    """The state where there is no room for more."""
    glyph, word, tone = view.mark
    head = toned(f"{glyph} {word}", tone)
    if view.status is None:
        return head + toned(f"  {settings.base_url}", "muted")
    head += toned(f" for {duration(now - view.status.started)}", "muted") + Content(f"  {view.status.url}/mcp")
    return head + toned(f"  {counted(view.status.calls, 'call')}, {counted(view.status.sessions, 'session')}", "muted")


def _running(status: GatewayStatus) -> list[Fact]:
    config = "error, last valid state in use" if status.config_error else "applied"
    titles = titles_of(status.restart_for)
    return [
        ("Endpoint", f"{status.url}/mcp"),
        ("Process", f"{status.pid}, version {status.version}"),
        ("Config", f"{config}, revision {status.revision[:8]}"),
        *([("Restart", toned(f"needed for {titles} (R)", "warn"))] if titles else []),
        ("Traffic", f"{counted(status.calls, 'call')}, {counted(status.sessions, 'session')}"),
        *([("Not recorded", toned(one_line(status.not_kept, limit=300), "bad"))] if status.not_kept else []),
        *([] if status.delays is None else [("Delays", str(status.delays))]),
    ]


def config_problem(error: ConfigError) -> Content:
    """Where the state file is wrong, and what to do."""
    place = f"{error.file}:{error.line}" if error.line else error.file
    key = f"{error.key}: " if error.key else ""
    lines = toned(visible(place, limit=200), "strong") + Content("\n") + toned(visible(key + error.message), "bad")
    if error.hint:
        lines += Content(f"\n{visible(error.hint)}")
    return section("State file", lines)


def error_text(error: McptuiError) -> Content:
    """What failed and what to do."""
    text = toned(visible(error.message), "bad")
    return text + Content(f"\n{visible(error.hint)}") if error.hint else text


def _trouble(view: GatewayView, log_tail: Sequence[str]) -> list[Content]:
    if view.phase not in {"failed", "lost", "silent"}:
        return []
    parts = [error_text(view.error)] if view.error else []
    if view.phase == "lost":
        parts.append(Content("The process exited unexpectedly. Press s to start it."))
    if log_tail:
        lines = "\n".join(one_line(line, limit=300) for line in log_tail)
        parts.append(section("Last lines of the log", lines, "muted"))
    return parts
