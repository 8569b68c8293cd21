"""Everything known about one server."""

from __future__ import annotations

import functools
import shlex
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from textual.content import Content

from mcptui.model import Server
from mcptui.model.calls import GroupStats
from mcptui.model.runtime import LoginStatus, ServerStatus
from mcptui.model.setting import Setting, has_effect, value_of
from mcptui.protocol.text import counted, one_line, visible
from mcptui.services.setting_words import value_words
from mcptui.state.extract_secrets import cover_secrets
from mcptui.tui.clock import ago, time_of_day
from mcptui.tui.servers.marks import WORKING, state_mark, transport_of
from mcptui.tui.servers.tools import ServerTool, call_facts
from mcptui.tui.settings.fields import SettingField, setting_fields
from mcptui.tui.text.tone import toned
from mcptui.tui.widgets.facts import Fact, facts, section, sections

_STDERR_LINES: Final = 12
_REMARKS: Final = 12
_LEAST_DESCRIPTION: Final = 32
#: Of a setting.
_LONGEST: Final = 200


@dataclass(frozen=True, slots=True)
class ServerDetail:
    """What the detail pane shows; ``tools`` is None while they are not known."""

    server: Server
    status: ServerStatus | None
    keys: Sequence[str] = ()
    tools: Sequence[ServerTool] | None = None
    #: Seconds since the epoch.
    now: float = 0.0
    #: Its calls of the last hour; None while they are not known, or there are none.
    calls: GroupStats | None = None

    def content(self, width: int = 80) -> Content:
        """The pane's text for ``width`` columns."""
        return sections(
            [
                self._head(),
                self._trouble(),
                self._facts(),
                self._tools(width),
                remarks_section(self.status.remarks if self.status else ()),
                self._stderr(),
            ]
        )

    def _head(self) -> Content:
        glyph, word, tone = state_mark(self.server, self.status)
        head = toned(f"{glyph} {word}", tone)
        if self.server.description:
            head += Content("\n") + toned(visible(self.server.description, limit=600), "muted")
        return head

    def _facts(self) -> Content:
        server, status = cover_secrets(self.server), self.status
        info = (status and status.server_info) or {}
        name = one_line(f"{info.get('name', '')} {info.get('version', '')}", limit=60)
        known = status if server.enabled and status and status.state in WORKING else None
        latency = f"{known.latency_ms:.0f} ms" if known and known.latency_ms is not None else ""
        return facts(
            [
                ("URL", server.url or ""),
                ("Command", shlex.join([server.command, *server.args]) if server.command else ""),
                ("Transport", transport_of(server, status)),
                ("Process", "not running; starts on first use" if known and known.state == "idle" else ""),
                ("Protocol", (status and status.protocol_version) or server.spec_version),
                ("Server", name),
                ("Capabilities", _capabilities(known) if known else ""),
                ("Latency", latency),
                *call_facts(self.calls),
                *_set_settings(server, with_heading=False),
                ("Login", login_words(status.login, self.now) if status and status.login else ""),
                ("Invalid messages", counted(status.unreadable, "line") if status and status.unreadable else ""),
                ("Last failure", ago(self.now - status.failed_at) if status and status.failed_at else ""),
                ("Used by", ", ".join(self.keys) or "no keys"),
                *_set_settings(server, with_heading=True),
            ]
        )

    def _trouble(self) -> Content:
        status = self.status
        if status is None or not status.reason:
            return Content("")
        lines = toned(visible(status.reason, limit=2000), "bad" if status.state == "unreachable" else "warn")
        if status.hint:
            lines += Content("\n") + Content(visible(status.hint, limit=2000))
        return toned("Why", "accent") + Content("\n") + lines

    def _tools(self, width: int) -> Content:
        if not self.tools:
            return Content("")
        names = [one_line(tool.name, limit=60) for tool in self.tools]
        column = min(max(map(len, names)), 30)
        # Beside the name where there is room, else below it.
        beside = width - column - 2 >= _LEAST_DESCRIPTION
        lines = []
        for name, tool in zip(names, self.tools, strict=True):
            room = width - max(len(name), column) - 2 if beside else width - 2
            text = one_line(tool.description, limit=max(room, 8))
            gap = " " * (column - len(name)) if beside else "\n"
            lines.append(Content(name + gap) + toned(f"  {text}", "muted") if text else Content(name))
        return section(f"Tools ({len(self.tools)})", Content("\n").join(lines))

    def _stderr(self) -> Content:
        if self.status is None or not self.status.stderr:
            return Content("")
        lines = "\n".join(one_line(line, limit=400) for line in self.status.stderr[-_STDERR_LINES:])
        return section("Output (stderr)", lines, "muted")


def remarks_section(remarks: Sequence[str]) -> Content:
    """Deviations of a server from the protocol: tolerated, corrected or dropped."""
    if not remarks:
        return Content("")
    lines = [one_line(remark, limit=400) for remark in remarks[:_REMARKS]]
    if len(remarks) > _REMARKS:
        lines.append(f"… and {len(remarks) - _REMARKS} more")
    return section("Remarks", "\n".join(lines), "warn")


def login_words(login: LoginStatus, now: float) -> str:
    """How long a login is valid, and whether it refreshes."""
    if login.expires is None:
        return "valid, no expiry"
    if login.expires <= now:
        return "expired, refreshes on next use" if login.renews else "expired; log in again (o)"
    return f"valid until {time_of_day(login.expires)}, " + ("auto-refresh" if login.renews else "then log in again (o)")


def _fields_of(cls: type) -> Sequence[SettingField]:
    """Settings without a line of their own, in the order of the form; references to secrets are left out."""
    fields = setting_fields(cls, but=("description", "transport", "spec_version"))
    return [each for each in fields if isinstance(each, SettingField) and not each.setting.about.kept_as]


_settings: Final[Callable[[type], Sequence[SettingField]]] = functools.cache(_fields_of)


def _set_settings(server: Server, *, with_heading: bool) -> Iterator[Fact]:
    """The settings that have an effect and are not the default; those under a heading of the form, or the others."""
    for field in _settings(type(server)):
        setting, value = field.setting, value_of(server, field.setting)
        is_idle = value == setting.default or setting.about.applies_to == ("url" if server.is_stdio else "command")
        if bool(field.group) is with_heading and not is_idle and has_effect(server, setting):
            yield field.title, one_line(_words(setting, value), limit=_LONGEST)


def _words(setting: Setting, value: Any) -> str:
    if setting.kind == "text_map":
        # Values of headers and variables may be secrets.
        return ", ".join(value)
    if setting.kind in ("flag", "choice") and value in setting.about.words:
        return setting.about.words[value]
    words = value_words(setting, value) or ""
    return words.replace("_", " ") if setting.kind == "choice" else words


def _capabilities(status: ServerStatus) -> str:
    counts = ((status.tools, "tool"), (status.prompts, "prompt"), (status.resources, "resource"))
    return " · ".join(counted(count, word) for count, word in counts if count) or "none"
