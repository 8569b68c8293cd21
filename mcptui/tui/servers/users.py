"""Which keys may use a server, and call a tool."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mcptui.access import Access, decide
from mcptui.access.levels import ServerSets
from mcptui.model import State
from mcptui.tui.servers.tools import ServerTool


class Users:
    """The enabled keys that may use servers and tools of one state.

    A filter asks it for thousands of tools at once: what is the same for all tools of a server is decided once.
    """

    def __init__(self, state: State) -> None:
        sets = ServerSets(state)
        #: By server: who may use it, each with the access that says which tools; None where no rule is about them.
        self._of_servers: dict[str, dict[str, Access | None]] = {}
        for name, key in state.keys.items():
            if key.enabled:
                access = decide(state, name, sets)
                for server in access.servers:
                    rules = None if access.sees_all(server, "tools") else access
                    self._of_servers.setdefault(server, {})[name] = rules
        self._of_tools: dict[str, list[str]] = {}

    @property
    def by_server(self) -> Mapping[str, Sequence[str]]:
        """Who may use each server."""
        return {server: list(keys) for server, keys in self._of_servers.items()}

    def of_tool(self, tool: ServerTool) -> Sequence[str]:
        """Who may call ``tool``."""
        found = self._of_tools.get(tool.key)
        if found is None:
            keys = self._of_servers.get(tool.server, {}).items()
            found = [name for name, rules in keys if rules is None or rules.allows_tool(tool.server, tool.name)]
            self._of_tools[tool.key] = found
        return found
