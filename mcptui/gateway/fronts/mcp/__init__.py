"""What MCP clients connect to."""
