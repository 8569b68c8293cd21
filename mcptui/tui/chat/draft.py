"""What was typed and not sent, kept between runs."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Final

from mcptui.files import replace_file

FILE_NAME: Final = "chat-draft.txt"


def read_draft(file: Path) -> str:
    """The draft in ``file``; empty where there is none."""
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return ""


def write_draft(file: Path, text: str) -> None:
    """Keep ``text``; an empty one leaves no file. A disk that refuses costs the draft and nothing else."""
    with suppress(OSError):
        if text.strip():
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            replace_file(file, text.encode("utf-8", "replace"))
        else:
            file.unlink(missing_ok=True)
