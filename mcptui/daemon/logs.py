"""The gateway's log: one file that rotates, and standard error when a person started it there."""

from __future__ import annotations

import logging
import logging.handlers
from pathlib import Path
from typing import Final

from mcptui.files import make_private_file
from mcptui.model.settings import LogLevel

_FORMAT: Final = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"
_MAX_BYTES: Final = 5 * 1024 * 1024
_BACKUPS: Final = 3


def set_up(file: Path, level: LogLevel, *, foreground: bool) -> None:
    """Log to ``file`` (mode 0600), and to standard error in the foreground."""
    make_private_file(file)
    handlers: list[logging.Handler] = [
        logging.handlers.RotatingFileHandler(file, maxBytes=_MAX_BYTES, backupCount=_BACKUPS, encoding="utf-8")
    ]
    if foreground:
        handlers.append(logging.StreamHandler())
    logging.basicConfig(level=level.upper(), format=_FORMAT, handlers=handlers, force=True)
    for noisy in ("uvicorn", "uvicorn.error", "asyncio", "watchdog", "httpx2", "httpcore2"):
        logging.getLogger(noisy).setLevel(max(logging.getLevelName(level.upper()), logging.WARNING))


def set_level(level: LogLevel) -> None:
    """Apply a changed ``log_level``."""
    logging.getLogger().setLevel(level.upper())
