"""The details of one subject, and its effective access."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from textual.content import Content

from mcptui.access import explain
from mcptui.access.decision import shown
from mcptui.access.subjects import Ref, below, parents, subject, with_servers
from mcptui.access.visibility import Sight, VisibleServer, sight
from mcptui.model import Key, State, Team
from mcptui.model.runtime import Listed
from mcptui.model.times import until_words
from mcptui.protocol.text import counted, one_line, visible
from mcptui.services.access import Usage
from mcptui.tui.access.allowed import Allowed
from mcptui.tui.text.tone import Tone, toned
from mcptui.tui.widgets.facts import facts, section, sections

_MEMBERS: Final = 30
#: As many servers are shown with their tools; the boxes show all.
_SERVERS: Final = 40
#: Characters of the names of a server's tools.
_NAMES: Final = 400
NEVER_USED: Final = Usage()


def key_state(key: Key, now: datetime) -> tuple[str, Tone]:
    """The state of a key in words."""
    if not key.enabled:
        return "disabled", "bad"
    if key.expires is not None and key.expires <= now:
        return f"expired {until_words(key.expires, now)}", "bad"
    if key.expires is not None:
        return f"expires {until_words(key.expires, now)}", "plain"
    return "active", "ok"


def used_words(used: Usage, key: str, now: datetime) -> str:
    """When and how often a key was used: "2 hours ago, 312 calls"."""
    last = used.last_used.get(key)
    return "never" if last is None else f"{until_words(last, now)}, {counted(used.calls.get(key, 0), 'call')}"


def head(state: State, ref: Ref, now: datetime, used: Usage = NEVER_USED) -> Content:
    """Some lines about ``ref``."""
    found = subject(state, ref)
    if found is None:
        return Content("")
    lines: list[tuple[str, str | Content]] = []
    if isinstance(found, Key):
        words, tone = key_state(found, now)
        lines.append(("State", toned(words, tone)))
        lines.append(("Key", one_line(found.hint, limit=40)))
        lines.append(("Last used", used_words(used, ref.name, now)))
        lines.append(("Created", f"{found.created.astimezone(UTC):%Y-%m-%d}" if found.created else ""))
        lines.append(("Expires", f"{found.expires.astimezone(UTC):%Y-%m-%d}" if found.expires else "never"))
        if found.previous_expires is not None and found.previous_expires > now:
            until = f"{found.previous_expires.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
            lines.append(("Rotated", f"old key valid until {until}, {until_words(found.previous_expires, now)}"))
    lines.append(("Belongs to", " › ".join(str(above) for above in parents(state, ref))))
    if isinstance(found, Key | Team) and found.rpm is not None:
        lines.append(("Rate limit", f"{counted(found.rpm, 'request')} per minute"))
    lines.append(("Description", one_line(found.description, limit=400)))
    return facts(lines)


def preview(state: State, ref: Ref, allowed: Allowed, listed: Listed | None) -> Content:
    """The effective access of ``ref`` if its servers were ``allowed``; ``listed`` has the lists of all servers."""
    changed = with_servers(state, ref, allowed)
    parts = [sight_content(sight(changed, ref, listed), known=listed is not None)]
    if ref.kind == "key":
        parts.append(section("Why", _why(changed, ref)))
    else:
        if rules := _tool_rules(state, ref):
            parts.append(section("Tool rules", rules))
        members = [str(other) for other in below(state, ref)]
        shown = ", ".join(members[:_MEMBERS]) + (f" and {len(members) - _MEMBERS} more" if members[_MEMBERS:] else "")
        parts.append(section("Members", shown or "none", "plain"))
    return sections(parts)


def sight_content(seen: Sight, *, known: bool) -> Content:
    """Servers with their tools; ``known`` is whether the tools are known."""
    if not seen.servers:
        return section("Effective", toned("no servers", "warn"))
    tools = sum(len(server.tools) for server in seen.servers)
    title = (
        f"Effective: {counted(len(seen.servers), 'server')}, {counted(tools, 'tool')}"
        if known
        else f"Effective: {counted(len(seen.servers), 'server')}"
    )
    lines = [_seen(server, known=known) for server in seen.servers[:_SERVERS]]
    if (more := len(seen.servers) - _SERVERS) > 0:
        lines.append(toned(f"and {counted(more, 'more server')}", "muted"))
    return section(title, Content("\n").join(lines))


def sight_words(seen: Sight, *, known: bool) -> str:
    """The same in one line."""
    if not seen.servers:
        return "It has no access yet."
    parts = [f"{server.name} ({_count(server)})" if known else server.name for server in seen.servers]
    return f"It has access to {', '.join(parts)}."


def _seen(server: VisibleServer, *, known: bool) -> Content:
    line = toned(server.name, "strong")
    if not known:
        return line
    if server.hidden:
        line += toned(f"  {_count(server)}", "accent")
    names = one_line(", ".join(server.tools), limit=_NAMES)
    line += toned(f"  {names}" if names else "  no tools", "muted")
    if server.prompts or server.resources:
        line += toned(f"  + {counted(len(server.prompts), 'prompt')}, {counted(server.resources, 'resource')}", "muted")
    return line


def _count(server: VisibleServer) -> str:
    hidden = len(server.hidden or ())
    return (
        f"{len(server.tools)} of {len(server.tools) + hidden} tools" if hidden else counted(len(server.tools), "tool")
    )


def _why(state: State, ref: Ref) -> Content:
    """Every level with its effect and, below it, its rules: for a pane of any width."""
    explained, lines = explain(state, ref), []
    for row in explained.rows:
        who = one_line(f"{row.level} {row.name or ''}".strip(), limit=60)
        mark = toned("  ← decisive rule", "accent") if row.decides else Content("")
        lines.append(Content(f"{who}: {visible(row.effect)}") + mark)
        if row.says:
            lines.append(toned(f"  {visible(row.says)}", "muted"))
        if (
            row.level != "owner"
            and row.level != "server"
            and (rules := _tool_rules(state, Ref(row.level, row.name or "")))
        ):
            lines += [Content("  restricts tools:"), rules]
    return Content("\n").join([*lines, Content(f"→ {visible(explained.reason)}")])


def _tool_rules(state: State, ref: Ref) -> Content:
    """The tool rules of one subject, one server per line."""
    found = subject(state, ref)
    rules = (found.tools if found is not None else None) or {}
    lines = [toned(f"  {visible(shown(f'tools.{server}', globs))}", "muted") for server, globs in rules.items()]
    return Content("\n").join(lines)
