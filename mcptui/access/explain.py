"""Why something is allowed or denied for a key: the rule of every level, and the decisive one."""

from __future__ import annotations

from dataclasses import dataclass

from mcptui.access.decision import Case, LevelName, Ruling, Verdict, shown
from mcptui.access.levels import Level, levels_of
from mcptui.access.policy import Access, decide
from mcptui.access.subjects import Ref
from mcptui.model import State

# The effect of a rule, and its effect had an earlier one not denied already.
_EFFECTS: dict[Verdict, tuple[str, str]] = {
    "excludes": ("denies {}", "(would deny {} too)"),
    "admits": ("allows all keys", "(allows all other keys)"),
    "omits": ("does not allow {}", "(would not allow {} either)"),
    "allows": ("allows {}", "(would allow {})"),
    "silent": ("not set", "not set"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One level: its rule, the effect of the rule, and whether it is decisive."""

    level: LevelName
    name: str | None
    says: str
    effect: str
    decides: bool = False


@dataclass(frozen=True, slots=True)
class Explanation:
    """The answer for ``subject`` ("tool github__delete_repo", "server github", "servers") with its rows.

    ``who`` is "key cursor", "team data", … or "owner".
    """

    who: str
    subject: str
    allowed: bool
    rows: tuple[Row, ...]
    reason: str


def explain(state: State, who: str | Ref | None, server: str | None = None, tool: str | None = None) -> Explanation:
    """Explain what ``who`` (see :func:`mcptui.access.decide`) may use: all servers, one ``server``, or one ``tool``.

    Without ``server``, ``tool`` is the name that clients see (``github__delete_repo``).
    """
    access = decide(state, who)
    name = "owner" if access.who is None else str(access.who)
    if tool is None:
        return (
            _overview(state, access, name)
            if server is None
            else _of_case(name, f"server {server}", access.server_case(server))
        )
    if server is None:
        found = _split(state, tool)
        if found is None:
            return Explanation(name, f"tool {tool}", False, (), f"no server has the prefix of {tool}")
        server, tool = found
    configured = state.servers.get(server)
    prefix = server if configured is None else configured.tool_prefix
    shown_name = f"{prefix}{state.gateway.separator}{tool}" if prefix else tool
    return _of_case(name, f"tool {shown_name}", access.tool_case(server, tool))


def explain_model(state: State, who: str | Ref | None, model: str) -> Explanation:
    """Explain whether ``who`` may use ``model``."""
    access = decide(state, who)
    return _of_case("owner" if access.who is None else str(access.who), f"model {model}", access.model_case(model))


def _split(state: State, tool: str) -> tuple[str, str] | None:
    """The server and its own name of the tool that clients see as ``tool``; the longest prefix wins."""
    prefixes = [
        (server.tool_prefix + state.gateway.separator, name)
        for name, server in state.servers.items()
        if server.tool_prefix
    ]
    fitting = [(len(prefix), name) for prefix, name in prefixes if tool.startswith(prefix)]
    if not fitting:
        return None
    length, server = max(fitting)
    return server, tool[length:]


def _of_case(who: str, subject: str, case: Case) -> Explanation:
    rows = tuple(
        Row(
            ruling.level,
            ruling.subject,
            ruling.entry or "",
            _effect(case, index, ruling),
            index == case.deciding,
        )
        for index, ruling in enumerate(case.rulings)
    )
    return Explanation(who, subject, case.allowed, rows, case.decision.reason)


def _effect(case: Case, index: int, ruling: Ruling) -> str:
    if ruling.entry is None and ruling.verdict != "silent":
        return ruling.reason
    does, would = _EFFECTS[ruling.verdict]
    return (would if index > case.deciding and not case.allowed else does).format(ruling.thing)


def _overview(state: State, access: Access, who: str) -> Explanation:
    cases = {name: access.server_case(name) for name, server in state.servers.items() if server.enabled}
    rows: list[Row] = []
    for level in levels_of(state, access.who) if access.who is not None else ():
        if level.subject is None:
            rows.append(Row(level.kind, level.name, "", "does not exist, so all is denied"))
            continue
        if level.subject.servers is None:
            rows.append(Row(level.kind, level.name, "", "not set"))
            continue
        entry = shown("servers", level.subject.servers)
        effects = [
            f"{does} {', '.join(names)}"
            for verdict, does in (("allows", "allows"), ("excludes", "denies"))
            if (names := [name for name, case in cases.items() if _ruled(case, level, verdict)])
        ]
        rows.append(Row(level.kind, level.name, entry, "; ".join(effects) or "allows none"))
    usable = ", ".join(access.servers) or "no servers"
    return Explanation(who, "servers", bool(access.servers), tuple(rows), f"effective: {usable}")


def _ruled(case: Case, level: Level, verdict: str) -> bool:
    return any(
        (ruling.level, ruling.subject, ruling.verdict) == (level.kind, level.name, verdict) for ruling in case.rulings
    )
