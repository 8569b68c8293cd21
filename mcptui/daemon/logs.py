"""The gateway's log: one file that rotates, and standard error when a person started it there.

No secret that is in use stands in it, and nobody fills it: lines of one kind are bounded.
"""

from __future__ import annotations

import contextlib
import logging
import logging.handlers
import sys
import threading
import time
from collections.abc import Callable
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mcptui.files import make_private_file
from mcptui.gateway.record.redaction import shown_text
from mcptui.model import GatewaySettings
from mcptui.secrets.known import KnownSecrets

if TYPE_CHECKING:
    from sys import UnraisableHookArgs
    from threading import ExceptHookArgs

log = logging.getLogger(__name__)

_FORMAT: Final = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"
_MAX_BYTES: Final = 5 * 1024 * 1024
_BACKUPS: Final = 3
#: So many places in programs are told apart.
_PLACES: Final = 1_000
_MARK: Final = "%s (%d more lines of this kind)"


class SecretFormatter(logging.Formatter):
    """A line, or several with a traceback, without the secrets in use and without keys of the gateway."""

    def __init__(self, known: KnownSecrets) -> None:
        super().__init__(_FORMAT)
        self._known = known

    def format(self, record: logging.LogRecord) -> str:
        """The text of ``record``."""
        return shown_text(super().format(record), self._known)


class FloodFilter(logging.Filter):
    """Lets through so many lines a second of each place in the program; the next line says how many were left out.

    Args:
        most: lines of one place in a second.
        clock: monotonic, seconds.
    """

    def __init__(self, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self.most = most
        self._clock = clock
        #: By place: the second, the lines in it, and those that were left out since a line was let through.
        self._seen: dict[tuple[str, int], tuple[int, int, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether ``record`` is written; where lines before it were not, it says how many."""
        place, now = (record.pathname, record.lineno), int(self._clock())
        if len(self._seen) >= _PLACES and place not in self._seen:
            self._seen.clear()
        second, lines, left_out = self._seen.get(place, (now, 0, 0))
        if second != now:
            lines = 0
        if lines >= self.most:
            self._seen[place] = now, lines, left_out + 1
            return False
        self._seen[place] = now, lines + 1, 0
        if left_out:
            record.msg, record.args = _MARK, (record.getMessage(), left_out)
        return True


class PrivateFileHandler(logging.handlers.RotatingFileHandler):
    """A file that rotates; each is for its owner only, whatever the umask."""

    def _open(self) -> TextIOWrapper:
        make_private_file(Path(self.baseFilename))
        return super()._open()


def set_up(file: Path, settings: GatewaySettings, known: KnownSecrets, *, foreground: bool) -> None:
    """Log to ``file`` (mode 0600), and to standard error in the foreground or where there can be no file.

    Nothing that is ``known`` is in it.
    """
    handlers: list[logging.Handler] = []
    with contextlib.suppress(OSError):
        handlers.append(PrivateFileHandler(file, maxBytes=_MAX_BYTES, backupCount=_BACKUPS, encoding="utf-8"))
    if foreground or not handlers:
        handlers.append(logging.StreamHandler())
    for handler in handlers:
        handler.setFormatter(SecretFormatter(known))
        handler.addFilter(FloodFilter(settings.max_log_lines))
    logging.basicConfig(level=settings.log_level.upper(), handlers=handlers, force=True)
    for noisy in ("uvicorn", "uvicorn.error", "asyncio", "watchdog", "httpx2", "httpcore2"):
        logging.getLogger(noisy).setLevel(max(logging.getLevelName(settings.log_level.upper()), logging.WARNING))


def take_what_python_prints() -> None:
    """From now on what Python would print on standard error by itself, values and all, is logged as anything else.

    That is errors in threads, errors that nobody can be told of, and warnings.
    """

    def in_thread(args: ExceptHookArgs) -> None:
        if args.exc_type is not SystemExit:  # as Python's own: a thread may end itself so
            log.error("unexpected error in %s", args.thread, exc_info=args.exc_value)

    def untold(args: UnraisableHookArgs) -> None:
        log.error("%s", args.err_msg or "an unhandled error", exc_info=args.exc_value)

    threading.excepthook = in_thread
    sys.unraisablehook = untold
    logging.captureWarnings(True)


def use(settings: GatewaySettings) -> None:
    """Apply changed settings of the log."""
    root = logging.getLogger()
    root.setLevel(settings.log_level.upper())
    for handler in root.handlers:
        for each in handler.filters:
            if isinstance(each, FloodFilter):
                each.most = settings.max_log_lines
