"""Errors of the history."""

from __future__ import annotations

from mcptui.errors import McptuiError


class HistoryError(McptuiError):
    """The history cannot be read or written."""
