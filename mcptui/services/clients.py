"""Configurations for MCP clients, ready to paste."""

from __future__ import annotations

from mcptui.interop.clients import CLIENT_KINDS, client_config

__all__ = ["CLIENT_KINDS", "client_config"]
