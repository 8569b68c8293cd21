"""All tools, or those that only read: what is written is the setting *tools* of a key, user, team or org."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mcptui.access import decide
from mcptui.access.subjects import Ref, put
from mcptui.errors import RefusedError
from mcptui.services.tool_facts import tool_facts

if TYPE_CHECKING:
    from mcptui.model import State, Subject
    from mcptui.model.entities import SubjectKind, ToolPreset
    from mcptui.model.runtime import Listed


def with_preset(state: State, kind: SubjectKind, found: Subject, preset: ToolPreset, listed: Listed | None) -> Subject:
    """``found`` with other rules for tools.

    *all* unsets its own rules. *read-only* names the read-only tools of the servers that it may use, one by one: a
    tool that a server gets later is not among them. Rules about other servers stay.

    Args:
        listed: the tools that there are; *all* does not need them.

    Raises:
        RefusedError: it may use no server, so that nothing would be restricted, also not later.
    """
    if preset == "all" or listed is None:
        return replace(found, tools=None)
    # Disabled ones too: they come back as they are allowed here.
    enabled = {name: replace(server, enabled=True) for name, server in state.servers.items()}
    servers = decide(put(replace(state, servers=enabled), found), Ref(kind, found.name)).servers
    if not servers:
        raise RefusedError("Read-only tools are those of the allowed servers, and there are none.", hint="Allow some.")
    reading = {server: tuple(tool.name for tool in tool_facts(listed, server) if tool.reads) for server in servers}
    return replace(found, tools={**(found.tools or {}), **reading})
