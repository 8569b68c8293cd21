"""Which servers the calls of a collection may be of, before all of their tools are known."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from mcptui.services.collections.variables import has_variable

if TYPE_CHECKING:
    from mcptui.model import State
    from mcptui.model.runtime import Listed
    from mcptui.services.collections.values import SavedCall


def servers_used(calls: Iterable[SavedCall], state: State, listed: Listed, servers: Iterable[str]) -> set[str]:
    """Those of ``servers`` that may have what ``calls`` name, or decide what it is called.

    A tool or prompt that is not listed yet is of a server with its prefix; a resource, and a name with a variable in
    it, may be of any. Where only conflicts give names a prefix, every server has a part in them.

    Args:
        listed: what is known now.
    """
    if state.gateway.prefix == "conflict":
        return set(servers)
    found: set[str] = set()
    for call in calls:
        if owner := listed.owners.get(call.target):
            found.add(owner[0])
        else:
            found.update(name for name in servers if _may_have(state, name, call))
    return found.intersection(servers)


def _may_have(state: State, name: str, call: SavedCall) -> bool:
    server = state.servers.get(name)
    if server is None or call.kind == "resource" or has_variable(call.target):
        return True
    prefix = server.tool_prefix if state.gateway.prefix == "always" else ""
    return not prefix or call.target.startswith(prefix + state.gateway.separator)
