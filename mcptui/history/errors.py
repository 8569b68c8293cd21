"""Errors of the call log."""

from __future__ import annotations

from mcptui.errors import McptuiError


class HistoryError(McptuiError):
    """The call log cannot be read or written."""


class FilterError(McptuiError):
    """A filter of calls cannot be understood."""
