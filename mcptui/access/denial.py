"""Why a request was refused, and the smallest grant that would have let it through."""

from __future__ import annotations

from dataclasses import dataclass, replace
from glob import escape
from typing import TYPE_CHECKING, Literal, TypeAlias

from mcptui.access.drafts import Draft, drafted, limits
from mcptui.access.globs import ToolGlobs
from mcptui.access.levels import ServerSets, levels_of
from mcptui.access.policy import decide
from mcptui.access.subjects import Ref

if TYPE_CHECKING:
    from mcptui.access.decision import Decision, LevelName
    from mcptui.access.policy import Access
    from mcptui.model import State, Subject

Feature: TypeAlias = Literal["server", "tool", "prompt", "resource"]


@dataclass(frozen=True, slots=True)
class Denial:
    """What was refused (``name`` is the server's own name of it) and the level and line that decided."""

    feature: Feature
    server: str
    name: str | None
    level: LevelName
    subject: str | None
    entry: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class Missing:
    """What a refused request lacked.

    Attributes:
        reason: why it is refused now, in the words of explain; empty where it is allowed by now.
        draft: the subjects as they have to be so that this and nothing else becomes allowed; None where no grant
            alone can do that: the server is disabled, limits its tools itself, or a pattern denies.
        words: what to offer ("grant github/delete_repo to team data"), or why nothing is.
    """

    reason: str
    draft: Draft | None
    words: str


def denial(access: Access, feature: Feature, server: str, name: str | None) -> Denial | None:
    """Why ``access`` does not include this; None if it does."""
    decision = _decision(access, feature, server, name)
    if decision.allowed:
        return None
    return Denial(feature, server, name, decision.level, decision.subject, decision.entry, decision.reason)


def missing(state: State, who: str | Ref, feature: Feature, server: str, name: str | None = None) -> Missing:
    """What ``who`` lacks for using ``name`` of ``server``."""
    access = decide(state, who)
    decision = _decision(access, feature, server, name)
    ref = Ref("key", who) if isinstance(who, str) else who
    thing = f"server {server}" if name is None else f"{feature} {name} of {server}"
    if feature == "tool" and name is not None:
        thing = f"{server}/{name}"
    if decision.allowed:
        return Missing("", None, f"{ref} has access to {thing} now")
    draft: dict[Ref, Subject] = {}
    for level in levels_of(state, ref):
        if level.subject is None:
            continue
        # A server that is open to all keys is let in already, whatever the lists say.
        found, opens = (
            (level.subject, False) if access.allows_server(server) else _letting_in(state, level.subject, server)
        )
        found = _letting_through(found, feature, server, name, opens=opens)
        if found != level.subject:
            draft[Ref(level.kind, level.name)] = found
    draft = _with_list(state, ref, draft, feature, server, name)
    if not draft or not _decision(decide(drafted(state, draft), ref), feature, server, name).allowed:
        return Missing(decision.reason, None, f"{decision.reason}; no grant alone changes that")
    return Missing(decision.reason, draft, f"grant {thing} to {' and '.join(map(str, draft))}")


def _decision(access: Access, feature: Feature, server: str, name: str | None) -> Decision:
    match feature:
        case "tool" if name is not None:
            return access.tool(server, name)
        case "prompt":
            return access.prompts(server)
        case "resource":
            return access.resources(server)
        case _:
            return access.server(server)


def _letting_in(state: State, found: Subject, server: str) -> tuple[Subject, bool]:
    """``found`` whose list does not keep ``server`` out, as far as no pattern or group does; whether that is new."""
    servers = found.servers
    denied = f"!{server}"
    opens = servers is not None and denied in servers
    if servers is not None and opens:
        servers = tuple(each for each in servers if each != denied) or None
    if ServerSets(state).line(servers).verdict(server) == "omits":
        opens = True
        servers = (*(servers or ()), server)
    return replace(found, servers=servers), opens


def _letting_through(found: Subject, feature: Feature, server: str, name: str | None, *, opens: bool) -> Subject:
    """``found`` whose rules for ``server`` do not keep this out; where it ``opens`` the server, only this comes in."""
    globs = (found.tools or {}).get(server)
    if feature in ("prompt", "resource") and globs is not None:
        globs = _undenied(globs, f"{feature}s")
    elif feature == "tool" and name is not None:
        globs = _only_tool(globs or (), name) if opens else None if globs is None else _with_tool(globs, name)
    return _with_globs(found, server, globs)


def _only_tool(globs: tuple[str, ...], name: str) -> tuple[str, ...]:
    """What ``globs`` deny, and of the rest only ``name``."""
    return (*(glob for glob in globs if glob.startswith("!") and glob != f"!{name}"), escape(name))


def _with_tool(globs: tuple[str, ...], name: str) -> tuple[str, ...] | None:
    """``globs`` that allow ``name`` too, as far as no pattern denies it."""
    kept = _undenied(globs, name)
    return (*kept, escape(name)) if kept is not None and ToolGlobs(kept).verdict(name) == "omits" else kept


def _undenied(globs: tuple[str, ...], name: str) -> tuple[str, ...] | None:
    """``globs`` without ``!name``; a list of nothing but that is no list any more, it must not begin to allow none."""
    kept = tuple(glob for glob in globs if glob != f"!{name}")
    return None if globs and not kept else kept


def _with_globs(found: Subject, server: str, globs: tuple[str, ...] | None) -> Subject:
    before = found.tools or {}
    tools = {each: listed for each, listed in before.items() if each != server or globs is not None}
    if globs is not None:
        tools[server] = globs
    return found if tools == before else replace(found, tools=tools or None)


def _with_list(
    state: State, ref: Ref, draft: Draft, feature: Feature, server: str, name: str | None
) -> dict[Ref, Subject]:
    """Where no level has a list, the subject itself gets one: somebody has to name the server."""
    levels = levels_of(drafted(state, draft), ref)
    own = levels[-1].subject
    if own is None or any(level.subject is not None and limits(level.subject.servers) for level in levels):
        return dict(draft)
    tools = {**(own.tools or {}), server: (escape(name),)} if feature == "tool" and name is not None else own.tools
    return {**draft, ref: replace(own, servers=(*(own.servers or ()), server), tools=tools)}
