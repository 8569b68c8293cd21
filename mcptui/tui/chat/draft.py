"""What was typed and not sent, kept between runs."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Final

from mcptui.files import make_private_directory, replace_file

FILE_NAME: Final = "chat-draft.txt"
#: So long after the first letter that is not kept yet, the text is written; seconds.
KEEP_SECONDS: Final = 1.0


class Draft:
    """The text and the file that keeps it."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = Lock()
        self.text = self._read()

    def _read(self) -> str:
        try:
            return self._file.read_text(encoding="utf-8")
        except (OSError, ValueError):
            return ""

    def keep(self) -> None:
        """Write the text as it is now; an empty one leaves no file. Several threads may do this.

        A disk that refuses costs the draft and nothing else.
        """
        with self._lock, suppress(OSError):
            if self.text.strip():
                make_private_directory(self._file.parent)
                replace_file(self._file, self.text.encode("utf-8", "replace"))
            else:
                self._file.unlink(missing_ok=True)
