"""The tools of all servers, for naming them in differences and previews."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from mcptui.access.visibility import tools_of
from mcptui.errors import McptuiError
from mcptui.tui.shell.shell import Shell


async def known_tools(app: Shell) -> Mapping[str, Collection[str]]:
    """Tools by server, as far as a running gateway knows them."""
    if app.gateway_view.status is None:
        return {}
    try:
        return tools_of(await app.context.gateway.listed(None))
    except McptuiError:
        return {}  # the preview then has no names of tools
