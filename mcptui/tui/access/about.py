"""What is known about one subject, and what it may use in effect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from textual.content import Content

from mcptui.access import decide, explain
from mcptui.access.subjects import Ref, below, parents, subject, with_servers
from mcptui.model import Key, State, Team
from mcptui.model.runtime import Listed
from mcptui.model.times import until_words
from mcptui.protocol.text import one_line, visible
from mcptui.tui.access.allowed import Allowed
from mcptui.tui.tone import Tone, toned
from mcptui.tui.widgets.facts import facts, section, sections


def key_state(key: Key, now: datetime) -> tuple[str, Tone]:
    """Whether a key works, in words."""
    if not key.enabled:
        return "disabled", "bad"
    if key.expires is not None and key.expires <= now:
        return f"expired {until_words(key.expires, now)}", "bad"
    if key.expires is not None:
        return f"expires {until_words(key.expires, now)}", "plain"
    return "works", "ok"


def head(state: State, ref: Ref, now: datetime) -> Content:
    """Some lines about ``ref``."""
    found = subject(state, ref)
    if found is None:
        return Content("")
    lines: list[tuple[str, str | Content]] = []
    if isinstance(found, Key):
        words, tone = key_state(found, now)
        lines.append(("State", toned(words, tone)))
        lines.append(("Key", one_line(found.hint, limit=40)))
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
    lines.append(("About", visible(found.description, limit=400)))
    return facts(lines, width=11)


def preview(state: State, ref: Ref, allowed: Allowed, listed: Listed | None) -> Content:
    """What ``ref`` may use in effect; ``listed`` is what the gateway shows a key."""
    changed = with_servers(state, ref, allowed)
    access = decide(changed, ref)
    parts = [_servers(access.servers, listed)]
    if ref.kind == "key":
        parts.append(section("Why", Content(visible(_without_first_line(explain(changed, ref.name).text()))), "muted"))
    else:
        members = [str(other) for other in below(state, ref)]
        parts.append(section("Below it", ", ".join(members) or "nothing", "plain"))
    return sections(parts)


def _servers(servers: Sequence[str], listed: Listed | None) -> Content:
    if not servers:
        return section("May use", toned("no server", "warn"))
    lines = []
    tools = _tools(listed) if listed is not None else {}
    for server in servers:
        line = toned(server, "strong")
        names = tools.get(server)
        if names:
            line += toned(f"  {one_line(', '.join(names), limit=400)}", "muted")
        elif listed is not None:
            line += toned("  no tools", "muted")
        lines.append(line)
    return section(f"May use ({len(servers)})", Content("\n").join(lines))


def _tools(listed: Listed) -> Mapping[str, list[str]]:
    """Tools by server, under their own names."""
    tools: dict[str, list[str]] = {}
    for tool in listed.tools:
        owner = listed.owners.get(str(tool.get("name")))
        if owner is not None and len(owner) == 2:
            tools.setdefault(owner[0], []).append(owner[1])
    return tools


def _without_first_line(text: str) -> str:
    return text.partition("\n")[2]
