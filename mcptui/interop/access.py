"""How a client is to reach the gateway."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

KEY_VARIABLE: Final = "MCPTUI_KEY"


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayAccess:
    """The gateway's address and one key.

    Attributes:
        base_url: of the gateway, without a path.
        key: the key itself; None where only ``variable`` may be written.
        variable: the environment variable that holds the key.
        server: only these servers (``a`` or ``a,b``); empty for all.
        name: what the client calls the gateway.
    """

    base_url: str
    key: str | None = field(default=None, repr=False)
    variable: str = KEY_VARIABLE
    server: str = ""
    name: str = "mcptui"

    @property
    def url(self) -> str:
        """The MCP endpoint."""
        return f"{self.base_url.rstrip('/')}/mcp" + (f"/{self.server}" if self.server else "")


@dataclass(frozen=True, slots=True)
class Launch:
    """A command that speaks MCP over stdio and leads to the gateway."""

    command: str
    args: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict, repr=False)


def mcp_remote(access: GatewayAccess, key: str) -> Launch:
    """The npm program ``mcp-remote``, for machines without mcptui."""
    # The blank of "Bearer …" stands in the environment: some launchers split arguments at blanks.
    args = ["-y", "mcp-remote", access.url, "--header", "Authorization:${AUTH}", "--transport", "http-only"]
    if access.base_url.startswith("http://"):
        args.append("--allow-http")
    return Launch("npx", tuple(args), {"AUTH": f"Bearer {key}"})
