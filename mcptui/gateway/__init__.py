"""The gateway process: fronts, relay, catalogue, control API, recorder.

Importing it loads neither Textual nor keyring nor tomlkit nor the MCP SDK.
"""
