"""How one client differs from the general form of an ``mcpServers`` entry."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

#: What is replaced beside ``${NAME}``, ``${NAME:-default}`` and ``${env:NAME}``: ``$NAME``, ``${input:ID}``,
#: ``{env:NAME}``.
Variables: TypeAlias = Literal["braces", "dollar", "questions", "single braces"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """What the keys of an entry mean where clients disagree.

    Attributes:
        servers: where the servers are in the document, first match first; ``*`` stands for any key. Empty:
            wherever some client keeps them.
        timeout_unit: seconds in one unit of ``timeout``; None guesses by size.
        variables: which other spelling of variables is replaced.
        ignored: keys that only concern the client itself, beside those of every client.
    """

    servers: tuple[tuple[str, ...], ...] = ()
    timeout_unit: float | None = None
    variables: Variables = "braces"
    ignored: frozenset[str] = field(default=frozenset())


#: What people paste: any of them.
ANY: Final = Dialect()
_MCP_SERVERS: Final = (("mcpServers",),)

CURSOR: Final = Dialect(servers=_MCP_SERVERS)
CLAUDE: Final = Dialect(servers=_MCP_SERVERS)
#: ``~/.claude.json`` holds the user's servers and those of each project; ``.mcp.json`` has the same first key.
CLAUDE_CODE: Final = Dialect(servers=(("mcpServers",), ("projects", "*", "mcpServers")), timeout_unit=0.001)
#: ``mcp.json``, and ``settings.json`` of earlier versions.
VSCODE: Final = Dialect(
    servers=(("servers",), ("mcp", "servers")),
    variables="questions",
    ignored=frozenset({"dev", "sandboxEnabled", "gallery", "version"}),
)
WINDSURF: Final = Dialect(servers=_MCP_SERVERS)
CLINE: Final = Dialect(servers=_MCP_SERVERS, timeout_unit=1.0, ignored=frozenset({"remoteConfigured"}))
GEMINI: Final = Dialect(servers=_MCP_SERVERS, timeout_unit=0.001, variables="dollar")
CODEX: Final = Dialect(
    servers=(("mcp_servers",),),
    timeout_unit=1.0,
    ignored=frozenset({"startup_timeout_sec", "startup_timeout_ms", "required", "supports_parallel_tool_calls"}),
)
#: Version 2 keeps servers in ``mcp.servers``, version 1 in ``mcp``.
OPENCODE: Final = Dialect(servers=(("mcp", "servers"), ("mcp",)), timeout_unit=0.001, variables="single braces")
LITELLM: Final = Dialect(servers=(("mcp_servers",),), timeout_unit=1.0)
#: Made by :mod:`mcptui.interop.registry`, which asks for secrets as VS Code does.
REGISTRY: Final = Dialect(variables="questions")
