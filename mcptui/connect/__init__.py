"""``mcptui connect``: an MCP server over stdio that is the gateway."""
