"""What the app remembers between runs and no other program reads."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from mcptui.files import make_private_directory, replace_file

FILE_NAME = "app.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """Choices about how the app looks.

    Attributes:
        panes: percent of the room that the first of two neighbouring panes has, by the name of the two.
    """

    theme: str = "mcptui-dark"
    panes: Mapping[str, int] = field(default_factory=dict)


def read_preferences(file: Path) -> Preferences:
    """What ``file`` says; the defaults where it is missing or not usable: it holds nothing worth an error."""
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return Preferences()
    if not isinstance(found, dict):
        return Preferences()
    theme, panes = found.get("theme"), found.get("panes")
    return Preferences(
        theme=theme if isinstance(theme, str) else Preferences().theme,
        panes={name: share for name, share in panes.items() if is_share(share)} if isinstance(panes, dict) else {},
    )


def is_share(value: object) -> bool:
    """Whether ``value`` can be the percent of a pane."""
    return type(value) is int and 0 < value < 100


def write_preferences(file: Path, preferences: Preferences) -> None:
    """Remember ``preferences``.

    Raises:
        OSError: the file cannot be written.
    """
    make_private_directory(file.parent)
    replace_file(file, (json.dumps(asdict(preferences), indent=2) + "\n").encode())
