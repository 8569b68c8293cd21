"""Connections to MCP servers: Streamable HTTP, SSE and stdio, in both protocol eras."""
