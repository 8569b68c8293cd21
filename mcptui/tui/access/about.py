"""What is known about one subject, and what it may use in effect."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from textual.content import Content

from mcptui.access import explain
from mcptui.access.explain import Explanation
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
NEVER_USED: Final = Usage()


def key_state(key: Key, now: datetime) -> tuple[str, Tone]:
    """Whether a key works, in words."""
    if not key.enabled:
        return "disabled", "bad"
    if key.expires is not None and key.expires <= now:
        return f"expired {until_words(key.expires, now)}", "bad"
    if key.expires is not None:
        return f"expires {until_words(key.expires, now)}", "plain"
    return "works", "ok"


def used_words(used: Usage, key: str, now: datetime) -> str:
    """When a key was last used, and how much: "2 hours ago, 312 calls"."""
    last = used.last_used.get(key)
    return "never" if last is None else f"{until_words(last, now)}, {used.calls.get(key, 0)} calls"


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
        dates = [f"created {found.created.astimezone(UTC):%Y-%m-%d}" if found.created else ""]
        dates += [f"expires {found.expires.astimezone(UTC):%Y-%m-%d}" if found.expires else "never expires"]
        lines.append(("Dates", " · ".join(date for date in dates if date)))
        if found.previous_expires is not None and found.previous_expires > now:
            lines.append(
                ("Rotated", f"the earlier key works for a while: ends {until_words(found.previous_expires, now)}")
            )
    lines.append(("Belongs to", " › ".join(str(above) for above in parents(state, ref))))
    if isinstance(found, Key | Team) and found.rpm is not None:
        lines.append(("Limit", f"{found.rpm} requests a minute"))
    if found.tools:
        rules = "; ".join(f"{server}: {', '.join(globs)}" for server, globs in found.tools.items())
        lines.append(("Tools", one_line(rules, limit=400)))
    lines.append(("About", one_line(found.description, limit=400)))
    return facts(lines)


def preview(state: State, ref: Ref, allowed: Allowed, listed: Listed | None) -> Content:
    """What ``ref`` would see if its servers were ``allowed``; ``listed`` is all that the servers have."""
    changed = with_servers(state, ref, allowed)
    parts = [sight_content(sight(changed, ref, listed), known=listed is not None)]
    if ref.kind == "key":
        parts.append(section("Why", _why(explain(changed, ref))))
    else:
        members = [str(other) for other in below(state, ref)]
        shown = ", ".join(members[:_MEMBERS]) + (f" and {len(members) - _MEMBERS} more" if members[_MEMBERS:] else "")
        parts.append(section("Below it", shown or "nothing", "plain"))
    return sections(parts)


def sight_content(seen: Sight, *, known: bool) -> Content:
    """Servers with their tools; ``known`` is whether the tools were asked for."""
    if not seen.servers:
        return section("May use", toned("no server", "warn"))
    tools = sum(len(server.tools) for server in seen.servers)
    title = (
        f"May use ({counted(len(seen.servers), 'server')}, {counted(tools, 'tool')})"
        if known
        else f"May use ({len(seen.servers)})"
    )
    return section(title, Content("\n").join(_seen(server, known=known) for server in seen.servers))


def sight_words(seen: Sight, *, known: bool) -> str:
    """The same in one line."""
    if not seen.servers:
        return "It may use no server yet."
    parts = [f"{server.name} ({_count(server)})" if known else server.name for server in seen.servers]
    return f"It sees {', '.join(parts)}."


def _seen(server: VisibleServer, *, known: bool) -> Content:
    line = toned(server.name, "strong")
    if not known:
        return line
    if server.hidden:
        line += toned(f"  {_count(server)}", "accent")
    names = one_line(", ".join(server.tools), limit=400)
    line += toned(f"  {names}" if names else "  no tools", "muted")
    if server.prompts or server.resources:
        line += toned(f"  + {counted(len(server.prompts), 'prompt')}, {counted(server.resources, 'resource')}", "muted")
    return line


def _count(server: VisibleServer) -> str:
    hidden = len(server.hidden or ())
    return (
        f"{len(server.tools)} of {len(server.tools) + hidden} tools" if hidden else counted(len(server.tools), "tool")
    )


def _why(explained: Explanation) -> Content:
    """Every level with what it does, and below it the line that says so: for a pane of any width."""
    lines = []
    for row in explained.rows:
        who = one_line(f"{row.level} {row.name or ''}".strip(), limit=60)
        mark = toned("  ← decides", "accent") if row.decides else Content("")
        lines.append(Content(f"{who} {visible(row.effect)}") + mark)
        if row.says:
            lines.append(toned(f"  {visible(row.says)}", "muted"))
    return Content("\n").join([*lines, Content(f"→ {visible(explained.reason)}")])
