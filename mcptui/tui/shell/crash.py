"""What stays of a run of the app that an unexpected error ended: a report in a file, and a few words about it."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from rich.text import Text

from mcptui import __version__
from mcptui.files import PRIVATE_FILE, make_private_directory, replace_file
from mcptui.protocol.text import visible
from mcptui.tui.text.trace import origin, trace


def crash_report(error: Exception, facts: Mapping[str, str]) -> str:
    """The report on ``error`` as Markdown; ``facts`` say where in the app it happened."""
    said = {
        "mcptui": __version__,
        "Python": platform.python_version(),
        "platform": platform.platform(),
        **facts,
    }
    lines = [f"- {name}: {visible(value)}" for name, value in said.items()]
    return "\n".join(["# mcptui crashed", "", *lines, "", "```", trace(error), "```", ""])


def write_report(text: str, folder: Path, at: datetime) -> Path | None:
    """Keep ``text`` in a file of its own that only its owner can read; None where that is impossible."""
    file = folder / f"crash-{at:%Y%m%d-%H%M%S-%f}.md"
    try:
        make_private_directory(folder)
        replace_file(file, text.encode(), mode=PRIVATE_FILE)
    except OSError:
        return None
    return file


class AppCrashed(Exception):
    """What Textual gets in the place of an unexpected error, and prints once the terminal is given back."""

    def __init__(self, error: Exception, file: Path | None) -> None:
        self.__cause__ = origin(error)
        said = f"mcptui crashed: unexpected {type(self.__cause__).__name__}\nThis is a bug, please report it"
        super().__init__(f"{said}. No report could be written." if file is None else f"{said} with this file:\n{file}")

    def __rich__(self) -> Text:
        return Text(str(self), overflow="fold")
