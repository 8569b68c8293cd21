"""What a change of the state does to whom: effective access before and after."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from mcptui.access.decision import shown
from mcptui.access.globs import literal
from mcptui.access.levels import ServerSets, levels_of
from mcptui.access.policy import Access, decide
from mcptui.access.subjects import Ref, subject, walk
from mcptui.model import Key, State

if TYPE_CHECKING:
    from mcptui.model import Subject

_UNSEEN = frozenset({"name", "hash", "hint", "created", "previous_hash"})


@dataclass(frozen=True, slots=True)
class LineChange:
    """One field of one subject, as the file has it before and after; None: not set."""

    ref: Ref
    field: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class ToolsEffect:
    """Tools of a server that stays allowed. Without names, only the rules are known to differ."""

    server: str
    gained: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Effect:
    """What one subject gains and loses."""

    ref: Ref
    gained: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    tools: tuple[ToolsEffect, ...] = ()
    #: Models gained and lost.
    models_gained: tuple[str, ...] = ()
    models_lost: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is gained and nothing lost."""
        return not any((self.gained, self.lost, self.tools, self.models_gained, self.models_lost))


@dataclass(frozen=True, slots=True)
class Preview:
    """A change before it is applied: the lines that it edits, and the effects on everybody."""

    lines: tuple[LineChange, ...]
    effects: tuple[Effect, ...]

    @property
    def is_empty(self) -> bool:
        """Whether neither the file nor anybody's access changes."""
        return not self.lines and not self.effects


def preview(before: State, after: State, tools: Mapping[str, Collection[str]] | None = None) -> Preview:
    """Compare two states.

    Args:
        before: the applied state.
        after: what would be.
        tools: the tools that each server has, by its own names, as far as they are known.
    """
    refs = list(dict.fromkeys([ref for ref, _ in walk(after)] + [ref for ref, _ in walk(before)]))
    lines = [line for ref in refs for line in _line_changes(ref, subject(before, ref), subject(after, ref))]
    if (
        not lines
        and before.servers == after.servers
        and before.groups == after.groups
        and before.models == after.models
    ):
        return Preview((), ())
    sets = ServerSets(before), ServerSets(after)
    everybody = before.servers != after.servers or before.groups != after.groups or before.models != after.models
    touched = {line.ref for line in lines}
    effects = [
        _effect(ref, _access(before, ref, sets[0]), _access(after, ref, sets[1]), tools or {})
        for ref in refs
        if everybody or _is_below(before, ref, touched) or _is_below(after, ref, touched)
    ]
    return Preview(tuple(lines), tuple(effect for effect in effects if effect is not None))


def _line_changes(ref: Ref, before: Subject | None, after: Subject | None) -> Iterator[LineChange]:
    known = before or after
    if known is None or before == after:
        return
    for each in fields(known):
        if each.name in _UNSEEN:
            continue
        old, new = getattr(before, each.name, None), getattr(after, each.name, None)
        # No tools and no table of tools are the same; an empty list of servers or models is not none.
        if old != new and (old or new or each.name != "tools"):
            yield LineChange(ref, each.name, _line(each.name, old), _line(each.name, new))


def _line(field: str, value: Any) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, tuple):
        return shown(field, value)
    if isinstance(value, Mapping):
        return "; ".join(shown(f"{field}.{name}", globs) for name, globs in value.items())
    return f"{field} {value}"


def _is_below(state: State, ref: Ref, touched: Collection[Ref]) -> bool:
    return any(Ref(level.kind, level.name) in touched for level in levels_of(state, ref))


def _access(state: State, ref: Ref, sets: ServerSets) -> Access | None:
    """What ``ref`` may use; None where it does not exist, or is a key that is switched off."""
    found = subject(state, ref)
    if found is None or (isinstance(found, Key) and not found.enabled):
        return None
    return decide(state, ref, sets)


def _effect(
    ref: Ref, before: Access | None, after: Access | None, tools: Mapping[str, Collection[str]]
) -> Effect | None:
    old, new = (access.servers if access is not None else () for access in (before, after))
    old_models, new_models = (access.models if access is not None else () for access in (before, after))
    effect = Effect(
        ref,
        _only(new, old),
        _only(old, new),
        tuple(
            found
            for server in new
            if before is not None and after is not None and server in old
            if (found := _tools_effect(server, before, after, tools.get(server))) is not None
        ),
        _only(new_models, old_models),
        _only(old_models, new_models),
    )
    return None if effect.is_empty else effect


def _only(names: Collection[str], others: Collection[str]) -> tuple[str, ...]:
    known = frozenset(others)
    return tuple(name for name in names if name not in known)


def _tools_effect(server: str, before: Access, after: Access, tools: Collection[str] | None) -> ToolsEffect | None:
    if before.tool_globs(server) == after.tool_globs(server):
        return None
    is_known = tools is not None
    if tools is None:  # then at least those that a rule names
        globs = (*before.tool_globs(server), *after.tool_globs(server))
        tools = dict.fromkeys(name for each in globs for glob in each if (name := literal(glob)) is not None)
    gained = tuple(name for name in tools if after.allows_tool(server, name) and not before.allows_tool(server, name))
    lost = tuple(name for name in tools if before.allows_tool(server, name) and not after.allows_tool(server, name))
    return ToolsEffect(server, gained, lost) if gained or lost or not is_known else None
