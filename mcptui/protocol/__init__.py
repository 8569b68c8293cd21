"""MCP on the wire, pure: JSON-RPC, eras, headers, SSE, names; values in, values out."""
