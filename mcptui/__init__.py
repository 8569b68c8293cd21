"""mcptui: manage MCP servers and who may use them, from the terminal."""

__version__ = "0.1.0"
