"""OAuth 2.1 towards servers: discovery, login, tokens (MCP basic/authorization). Nothing here needs the MCP SDK."""
