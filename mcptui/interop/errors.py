"""What goes wrong with files of other programs."""

from __future__ import annotations

from mcptui.errors import McptuiError


class ImportFileError(McptuiError):
    """A file that cannot be read as any known configuration; the message says where it is wrong."""
