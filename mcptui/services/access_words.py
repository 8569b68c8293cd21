"""Access decisions as words and signs, the same in commands and in the app."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from mcptui.access.explain import Explanation
from mcptui.access.matrix import Cell, Mark
from mcptui.access.policy import Access
from mcptui.access.preview import Effect, Preview

#: The sign of a cell of the matrix.
SIGNS: Final[Mapping[Mark, str]] = {
    Mark.ALLOWED: "[x]",
    Mark.ABOVE: "[+]",
    Mark.PARTLY: "[~]",
    Mark.DENIED: "[!]",
    Mark.NONE: "[ ]",
}
#: What the signs mean, in a line.
LEGEND: Final = "  ".join(
    f"{SIGNS[mark]} {words}"
    for mark, words in {
        Mark.ALLOWED: "here",
        Mark.ABOVE: "above or by a group",
        Mark.PARTLY: "some tools",
        Mark.DENIED: "denied",
        Mark.NONE: "not granted",
    }.items()
)


def cell_words(cell: Cell) -> str:
    """Why a subject has or lacks access to a server, in a few words; empty where its own list is the only reason."""
    words = _why(cell)
    if not cell.partly:
        return words
    return f"{words}; some tools" if words else "some tools"


def _why(cell: Cell) -> str:
    ref, own, decision = cell.ref, cell.own, cell.decision
    who = f"{decision.level} {decision.subject}"
    if decision.level == "server":
        return decision.reason
    if (decision.level, decision.subject) == (ref.kind, ref.name):
        return "not granted" if own == "silent" else "denied explicitly" if own == "excludes" else ""
    if decision.allowed:
        return f"via {who}"
    return f"limited by {who}" if own == "allows" else f"not granted by {who}"


def explanation_text(found: Explanation) -> str:
    """Some lines for a terminal, columns aligned."""
    lines = [f"{found.who} → {found.subject} : {'ALLOWED' if found.allowed else 'DENIED'}"]
    cells = [(row.level, row.name or "", row.says or "–") for row in found.rows]
    level, name, says = (max((len(cell[i]) for cell in cells), default=0) for i in range(3))
    for cell, row in zip(cells, found.rows, strict=True):
        mark = "   ← decisive rule" if row.decides else ""
        lines.append(f"  {cell[0]:<{level}} {cell[1]:<{name}}  {cell[2]:<{says}}  {row.effect}{mark}")
    lines.append(f"  {found.reason}")
    return "\n".join(lines)


def tools_text(access: Access, server: str, tools: Collection[str]) -> str:
    """The tools of ``server``, one a line: which are allowed, and the rule against the others."""
    width = max(map(len, tools), default=0)
    lines = []
    for tool in tools:
        decision = access.tool(server, tool)
        sign = SIGNS[Mark.ALLOWED if decision.allowed else Mark.DENIED]
        lines.append(f"  {sign} {tool if decision.allowed else f'{tool:<{width}}  {decision.reason}'}")
    allowed = sum(access.allows_tool(server, tool) for tool in tools)
    return "\n".join([f"Tools: {allowed} of {len(tools)} allowed", *lines])


def effect_words(effect: Effect) -> str:
    """``+github −files, github: −delete_repo``."""
    parts = [_signed(effect.gained, effect.lost)]
    parts += [f"{each.server}: {_signed(each.gained, each.lost) or 'rules changed'}" for each in effect.tools]
    if effect.models_gained or effect.models_lost:
        parts.append(f"models: {_signed(effect.models_gained, effect.models_lost)}")
    return ", ".join(part for part in parts if part)


def _signed(gained: tuple[str, ...], lost: tuple[str, ...]) -> str:
    return " ".join([f"+{name}" for name in gained] + [f"−{name}" for name in lost])


def preview_text(shown: Preview) -> str:
    """For a terminal: the lines with - and +, then who gains and loses what."""
    lines = []
    for change in shown.lines:
        lines.append(f"{change.ref}")
        lines += [f"  - {change.before}"] if change.before is not None else []
        lines += [f"  + {change.after}"] if change.after is not None else []
    if shown.lines and not shown.effects:
        lines.append("Effective access is unchanged.")
    elif shown.effects:
        lines.append("Effective access:")
        lines += [f"  {effect.ref}: {effect_words(effect)}" for effect in shown.effects]
    return "\n".join(lines) or "No changes."
