"""One request in full: why it was refused, where its time went, and everything that was said."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from textual.content import Content

from mcptui.access.denial import Missing
from mcptui.model.runtime import NOBODY, CallRecord, Json
from mcptui.protocol.text import one_line, visible
from mcptui.tui.clock import size
from mcptui.tui.gateway.calls import OUTCOMES, tokens_words
from mcptui.tui.text.json_text import json_content
from mcptui.tui.text.tone import Tone, toned
from mcptui.tui.widgets.facts import Fact, facts, section, sections

_BAR: Final = 12
#: What is kept of a request is cut to 16 kB; this is for what JSON with indentation makes of it.
_LONGEST: Final = 40_000

#: Kind of an event → arrow and tone. Requests and answers of the client go to the right.
_EVENTS: Final[dict[str, tuple[str, Tone]]] = {
    "notification": ("← ", "muted"),
    "question": ("← asks ", "warn"),
    "answer": ("→ answers ", "accent"),
}


_REFUSED: Final = Content("Rejected before it was read; no server received it.")


def call_content(record: CallRecord, missing: Missing | None, *, whole: bool = True) -> Content:
    """All about ``record``; ``missing`` explains a refused one, ``whole`` is whether its body was read."""
    outcome, tone = OUTCOMES[record.outcome]
    asked = one_line(f"{record.method} {record.name or ''}", limit=300)
    head = toned(outcome, tone) + toned(f"  {asked}", "strong")
    parts = [head + Content("\n") + facts(_facts(record))]
    if record.error:
        parts.append(section("Error", toned(visible(record.error, limit=4_000), "bad")))
    if record.outcome == "denied":
        parts.append(section("Why", _REFUSED if record.key == NOBODY else _why(missing)))
    parts.append(section("Timing", Content("\n").join(_legs(record))))
    if whole:
        parts.append(section("Messages", Content("\n").join(_talk(record))))
    return sections(parts)


def _facts(record: CallRecord) -> list[Fact]:
    at = datetime.fromtimestamp(record.at).astimezone()
    endpoint = "/mcp" if record.scope is None else f"/mcp/{record.scope}"
    answered = f"{size(record.bytes_out)} out"
    if record.method == "tools/call" and record.bytes_out:
        answered += f" · {tokens_words(record)} tokens"
    where = f", from {record.address}" if record.address else ""
    times = f", last of {record.times:,} identical requests" if record.times > 1 else ""
    return [
        ("Time", f"{at:%Y-%m-%d %H:%M:%S}{times}"),
        ("Key", one_line(f"{record.key or '–'}{where}", limit=120)),
        ("Client", one_line(f"{record.client or 'unknown'}, protocol {record.front}", limit=120)),
        ("Server", one_line(record.server or "–", limit=80)),
        ("Endpoint", one_line(endpoint, limit=120)),
        ("Size", f"{size(record.bytes_in)} in · {answered}"),
    ]


def _why(missing: Missing | None) -> Content:
    if missing is None:
        return Content("No such tool, prompt or resource.")
    reason = Content(visible(missing.reason or missing.words))
    if missing.draft is None:
        return reason if missing.words in reason.plain else reason + toned(f"\n{visible(missing.words)}", "muted")
    return reason + Content("\n") + toned("a", "accent") + Content(f"  {visible(missing.words)}")


def _legs(record: CallRecord) -> Iterator[Content]:
    """How long each part of the way took, with bars over one scale."""
    total = max(record.ms, 1e-6)
    if record.upstream_ms is None:
        yield _leg("gateway", record.ms, 0, total)
        return
    before = record.before_ms or 0.0
    connect = min(record.connect_ms or 0.0, record.upstream_ms)
    serving = record.upstream_ms - connect
    after = max(record.ms - before - record.upstream_ms, 0.0)
    yield _leg("gateway", before, 0, total)
    yield _leg("connection", connect, before, total)
    yield _leg("server", serving, before + connect, total)
    yield _leg("response", after, before + record.upstream_ms, total)
    yield toned(f"{'total':<11}", "muted") + Content(f"{record.ms:9.1f} ms")


def _leg(name: str, ms: float, start: float, total: float) -> Content:
    first = min(round(_BAR * start / total), _BAR - 1)
    length = max(min(round(_BAR * ms / total), _BAR - first), 1)
    bar = " " * first + ("━" * length if ms * _BAR >= total / 2 else "╸")
    return toned(f"{name:<11}", "muted") + Content(f"{ms:9.1f} ms  ") + toned(bar, "accent")


def _talk(record: CallRecord) -> Iterator[Content]:
    yield toned("→ request", "accent")
    yield _json(record.params)
    for event in record.events:
        arrow, tone = _EVENTS.get(str(event.get("kind")), ("· ", "plain"))
        moment = event.get("ms")
        after = f"{moment:.1f} ms" if isinstance(moment, int | float) else ""
        yield toned(f"{arrow}{one_line(str(event.get('method')), limit=80)}", tone) + toned(f"  {after}", "muted")
        yield _json(event.get("value"), indent=None)
    yield toned("← response", "accent")
    yield _json(record.result)


def _json(value: Json, *, indent: int | None = 2) -> Content:
    if value is None:
        return toned("(not recorded)", "muted")
    if isinstance(value, dict) and value.keys() == {"cut", "bytes", "beginning"}:
        note = f"the first {size(len(str(value['beginning'])))} of {size(int(value['bytes']))}:\n"
        return toned(note, "muted") + json_content(visible(str(value["beginning"]), limit=_LONGEST))
    return json_content(visible(json.dumps(value, indent=indent, ensure_ascii=False), limit=_LONGEST))
