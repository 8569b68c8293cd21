"""What the app remembers between runs and no other program reads."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from mcptui.files import make_private_directory, replace_file

FILE_NAME = "app.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """Choices about how the app looks."""

    theme: str = "mcptui-dark"


def read_preferences(file: Path) -> Preferences:
    """What ``file`` says; the defaults where it is missing or not usable: it holds nothing worth an error."""
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return Preferences()
    if not isinstance(found, dict):
        return Preferences()
    names = {field.name for field in fields(Preferences)}
    return Preferences(**{name: value for name, value in found.items() if name in names and isinstance(value, str)})


def write_preferences(file: Path, preferences: Preferences) -> None:
    """Remember ``preferences``.

    Raises:
        OSError: the file cannot be written.
    """
    make_private_directory(file.parent)
    replace_file(file, (json.dumps(asdict(preferences), indent=2) + "\n").encode())
