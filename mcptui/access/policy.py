"""``decide``: what a key may use. Nothing else in the program filters servers, tools or models.

Servers: the intersection of all levels that say something; if none does, nothing. A list of only ``!server``
entries takes away and grants nothing by itself. Tools of an allowed server: what every level that says
something and the server's own lists allow. A deny anywhere wins. Models: as servers, but where no level says
anything, all of them: a model costs money and reaches nothing, so it is limited where somebody wants a limit.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from mcptui.access.decision import Case, Decision, Line, Ruling, settle, shown
from mcptui.access.globs import ToolGlobs
from mcptui.access.levels import Level, ServerSets, levels_of
from mcptui.access.subjects import Ref

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mcptui.access.decision import LevelName, Verdict
    from mcptui.model import Server, State

# Clients may ask for any name: the memory of answers is bounded.
_REMEMBERED: Final = 8192


class Access:
    """What one subject may use, in one state. Made by :func:`decide`; safe to keep as long as the state is."""

    __slots__ = ("_known", "_levels", "_rules", "_sets", "_state", "servers", "who")

    def __init__(self, state: State, who: Ref | None, sets: ServerSets) -> None:
        #: Whose access it is; None is the owner.
        self.who = who
        self._state = state
        self._levels = () if who is None else levels_of(state, who)
        self._sets = sets
        self._rules: dict[str, tuple[_ToolRule, ...]] = {}
        self._known: dict[tuple[str, str], bool] = {}
        #: The allowed, enabled servers in file order.
        self.servers: tuple[str, ...] = tuple(name for name in state.servers if self.allows_server(name))

    def allows_server(self, name: str) -> bool:
        """Like ``server(...).allowed``, without the words."""
        server = self._state.servers.get(name)
        if server is None or not server.enabled:
            return False
        if self.who is None:
            return True
        verdicts: list[Verdict] = [self._server_verdict(level, name) for level in self._levels]
        if server.allow_all_keys:
            verdicts.append("admits")
        settled = settle(verdicts)
        return settled is not None and settled[0]

    def denies_server(self, name: str) -> bool:
        """Whether a rule of a level denies server ``name``: a further grant would not change that."""
        return any(self._server_verdict(level, name) == "excludes" for level in self._levels)

    def server(self, name: str) -> Decision:
        """Whether server ``name`` may be used. One that does not exist may not."""
        return self.server_case(name).decision

    def tool(self, server: str, tool: str) -> Decision:
        """Whether ``tool`` (the server's own name for it) may be listed and called."""
        return self.tool_case(server, tool).decision

    def allows_tool(self, server: str, tool: str) -> bool:
        """Like ``tool(...).allowed``, remembered."""
        known = self._known.get((server, tool))
        if known is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            known = self._known[server, tool] = self._allows_tool(server, tool)
        return known

    def restricts_tools(self, server: str) -> bool:
        """Whether a level (other than the server itself) limits the tools, prompts or resources of ``server``."""
        return self.who is not None and any(rule.kind != "server" for rule in self._tool_rules(server))

    def sees_all(self, server: str, kind: str) -> bool:
        """Whether nothing of the server's "tools", "prompts" or "resources" is hidden."""
        if kind == "tools":
            return self.allows_server(server) and (self.who is None or not self._tool_rules(server))
        return self._allows_feature(server, f"!{kind}")

    def tool_globs(self, server: str) -> tuple[tuple[str, ...], ...]:
        """All lists of globs that apply to the tools of ``server``, which must exist."""
        return tuple(rule.globs for rule in self._tool_rules(server))

    def prompts(self, server: str) -> Decision:
        """Whether the server's prompts may be used."""
        return self._feature_case(server, "prompts").decision

    def resources(self, server: str) -> Decision:
        """Whether the server's resources and resource templates may be used."""
        return self._feature_case(server, "resources").decision

    def allows_prompts(self, server: str) -> bool:
        """Like ``prompts(...).allowed``, without the words."""
        return self._allows_feature(server, "!prompts")

    def allows_resources(self, server: str) -> bool:
        """Like ``resources(...).allowed``, without the words."""
        return self._allows_feature(server, "!resources")

    def model(self, name: str) -> Decision:
        """Whether model ``name`` may be used. One that does not exist may not."""
        return self.model_case(name).decision

    @property
    def models(self) -> tuple[str, ...]:
        """The models that may be used, in file order."""
        return tuple(name for name in self._state.models if self.model(name).allowed)

    def model_case(self, name: str) -> Case:
        """Everything that was said about model ``name``."""
        if name not in self._state.models:
            return Case((Ruling("owner", None, name, None, "excludes", f"there is no model {name}"),), False, 0)
        if self.who is None:
            return Case((Ruling("owner", None, name, None, "allows", "the owner has access to every model"),), True, 0)
        rulings = tuple(self._model_ruling(level, name) for level in self._levels)
        settled = settle(_verdicts(rulings))
        if settled is None:
            rulings = (
                *rulings[:-1],
                replace(rulings[-1], reason="no level sets models, so all are allowed"),
            )
            settled = True, len(rulings) - 1
        return Case(rulings, *settled)

    def server_case(self, name: str) -> Case:
        """Everything that was said about server ``name``."""
        rulings = self._server_rulings(name)
        settled = settle(_verdicts(rulings))
        if settled is None:
            reason = "no level grants any server"
            rulings = (*rulings[:-1], replace(rulings[-1], verdict="omits", reason=reason))
            settled = False, len(rulings) - 1
        return Case(rulings, *settled)

    def tool_case(self, server: str, tool: str) -> Case:
        """Everything that was said about ``tool`` and, before it, about its server."""
        on_server = self.server_case(server)
        if not on_server.allowed or self.who is None:
            return on_server
        on_tool = tuple(rule.ruling(server, tool) for rule in self._tool_rules(server))
        rulings = (*on_server.rulings, *on_tool)
        settled = settle(_verdicts(on_tool))
        if settled is None:
            return Case(rulings, on_server.allowed, on_server.deciding)
        allowed, index = settled
        return Case(rulings, allowed, len(on_server.rulings) + index)

    def _feature_case(self, server: str, feature: str) -> Case:
        on_server = self.server_case(server)
        if not on_server.allowed or self.who is None:
            return on_server
        denying = [rule for rule in self._tool_rules(server) if f"!{feature}" in rule.globs]
        if not denying:
            return on_server
        return Case((*on_server.rulings, denying[0].excluding(server, feature)), False, len(on_server.rulings))

    def _allows_tool(self, server: str, tool: str) -> bool:
        if self.who is None or not self.allows_server(server):
            return self.allows_server(server)
        settled = settle([rule.verdict(tool) for rule in self._tool_rules(server)])
        return settled is None or settled[0]

    def _allows_feature(self, server: str, denied: str) -> bool:
        if not self.allows_server(server):
            return False
        return self.who is None or not any(denied in rule.globs for rule in self._tool_rules(server))

    def _server_rulings(self, name: str) -> tuple[Ruling, ...]:
        server = self._state.servers.get(name)
        if server is None:
            return (Ruling("server", name, name, None, "excludes", f"there is no server {name}"),)
        if not server.enabled:
            off = "enabled = false"
            return (Ruling("server", name, name, off, "excludes", f"server {name} is disabled"),)
        if self.who is None:
            return (Ruling("owner", None, name, None, "allows", "the owner has access to every enabled server"),)
        rulings = [self._server_ruling(level, name) for level in self._levels]
        if server.allow_all_keys:
            reason = f"server {name} allows all keys"
            rulings.append(Ruling("server", name, name, "allow_all_keys = true", "admits", reason))
        return tuple(rulings)

    def _server_verdict(self, level: Level, name: str) -> Verdict:
        return "excludes" if level.subject is None else self._sets.line(level.subject.servers).verdict(name)

    def _server_ruling(self, level: Level, name: str) -> Ruling:
        if level.subject is None:
            return Ruling(level.kind, level.name, name, None, "excludes", f"there is no {level.kind} {level.name}")
        return self._sets.line(level.subject.servers).ruling(level.kind, level.name, "servers", name)

    def _model_ruling(self, level: Level, name: str) -> Ruling:
        if level.subject is None:
            return Ruling(level.kind, level.name, name, None, "excludes", f"there is no {level.kind} {level.name}")
        line = Line(level.subject.models, lambda entry: self._state.models if entry == "*" else (entry,))
        return line.ruling(level.kind, level.name, "models", name)

    def _tool_rules(self, server: str) -> tuple[_ToolRule, ...]:
        rules = self._rules.get(server)
        if rules is None:
            rules = self._rules[server] = (
                *(rule for level in self._levels for rule in self._level_rules(level, server)),
                *_own_rules(self._state.servers[server]),
            )
        return rules

    def _level_rules(self, level: Level, server: str) -> list[_ToolRule]:
        # A table may be named by server, @group or *; all that fit must allow.
        tables = (level.subject and level.subject.tools) or {}
        return [
            _ToolRule(level.kind, level.name, f"tools.{name}", globs)
            for name, globs in tables.items()
            if server in self._sets.named_by(name)
        ]


class _ToolRule:
    """One list of globs that applies to the tools of one server."""

    __slots__ = ("_compiled", "_entry", "_name", "globs", "kind")

    def __init__(
        self, kind: LevelName, name: str, table: str, globs: Sequence[str], *, denials: Sequence[str] | None = None
    ) -> None:
        self.kind = kind
        self._name = name
        self._entry = shown(table, globs)
        self.globs = tuple(globs)
        self._compiled = ToolGlobs(globs if denials is None else denials)

    def verdict(self, tool: str) -> Verdict:
        """What the list says about ``tool``."""
        return self._compiled.verdict(tool)

    def ruling(self, server: str, tool: str) -> Ruling:
        """The same in words."""
        return self._ruling(server, tool, self.verdict(tool))

    def excluding(self, server: str, feature: str) -> Ruling:
        """The words of ``!prompts`` and ``!resources``."""
        return self._ruling(server, feature, "excludes")

    def _ruling(self, server: str, tool: str, verdict: Verdict) -> Ruling:
        does = {"allows": "allows", "excludes": "denies"}.get(verdict, "does not allow")
        of = "" if self.kind == "server" else f" of {server}"
        reason = f"{self.kind} {self._name} {does} {tool}{of}"
        return Ruling(self.kind, self._name, tool, self._entry, verdict, reason)


def _own_rules(server: Server) -> list[_ToolRule]:
    rules: list[_ToolRule] = []
    if server.allowed_tools is not None:
        rules.append(_ToolRule("server", server.name, "allowed_tools", server.allowed_tools))
    if server.disallowed_tools:
        denials = [f"!{glob.removeprefix('!')}" for glob in server.disallowed_tools]
        rules.append(_ToolRule("server", server.name, "disallowed_tools", server.disallowed_tools, denials=denials))
    return rules


def _verdicts(rulings: Iterable[Ruling]) -> list[Verdict]:
    return [ruling.verdict for ruling in rulings]


def decide(state: State, who: str | Ref | None, sets: ServerSets | None = None) -> Access:
    """What ``who`` may use: a key by its name, any org, team, user or key; None is the owner.

    The owner may use every enabled server with all its tools. An org, team or user may use what a key would that
    belongs to it and sets nothing itself. Whether a key is enabled and not expired is asked where it comes in,
    not here. ``sets`` of the same state may be shared by many decisions, which makes them cheap.
    """
    return Access(state, Ref("key", who) if isinstance(who, str) else who, sets or ServerSets(state))
