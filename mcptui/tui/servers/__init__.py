"""Mode 1: MCP servers."""
