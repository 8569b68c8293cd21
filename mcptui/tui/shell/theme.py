"""Themes from TOML files: those shipped with the package and those of the user."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import fields
from importlib import resources
from pathlib import Path
from typing import Any, Final

from textual.color import Color, ColorParseError
from textual.theme import Theme

from mcptui.errors import McptuiError

_COLOURS: Final = (
    "primary", "secondary", "warning", "error", "success", "accent",
    "foreground", "background", "surface", "panel", "boost",
)  # fmt: skip
_NUMBERS: Final = ("luminosity_spread", "text_alpha")
_FLAGS: Final = ("dark", "ansi")
_KEYS: Final = frozenset(field.name for field in fields(Theme))


class ThemeError(McptuiError):
    """A theme file that cannot be used."""


def shipped_themes() -> Path:
    """Where the themes of the package are: in the wheel inside it, in a checkout beside it."""
    package = Path(str(resources.files("mcptui")))
    inside = package / "themes"
    return inside if inside.is_dir() else package.parent / "themes"


def parse_theme(text: str, file: Path) -> Theme:
    """The theme in ``text``.

    Raises:
        ThemeError: not TOML, or a key or value that no theme has; names file and key.
    """
    try:
        values: dict[str, Any] = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise ThemeError(f"{file}: {error}", hint="The theme is not used until the file is valid TOML.") from error
    if unknown := values.keys() - _KEYS:
        raise _bad(file, min(unknown), "is not a key of a theme")
    if "primary" not in values:
        raise _bad(file, "primary", "is missing")
    for key in _COLOURS:
        if key in values:
            _check_colour(file, key, values[key])
    for key in _NUMBERS:
        if not isinstance(values.get(key, 0.0), int | float):
            raise _bad(file, key, "must be a number")
    for key in _FLAGS:
        if not isinstance(values.get(key, False), bool):
            raise _bad(file, key, "must be true or false")
    variables = values.get("variables", {})
    if not isinstance(variables, dict) or not all(isinstance(value, str) for value in variables.values()):
        raise _bad(file, "variables", "must be a table of strings")
    name = values.setdefault("name", file.stem)
    if not isinstance(name, str) or not name:
        raise _bad(file, "name", "must be a name")
    return Theme(**values)


def _check_colour(file: Path, key: str, value: object) -> None:
    if not isinstance(value, str):
        raise _bad(file, key, "must be a colour in quotes")
    try:
        Color.parse(value)
    except ColorParseError as error:
        raise _bad(file, key, f"{value!r} is not a colour") from error


def _bad(file: Path, key: str, reason: str) -> ThemeError:
    return ThemeError(f"{file}: {key} {reason}", hint="The theme is not used until this is corrected.")


class ThemeFolders:
    """The shipped folder and the user's; of two themes with one name the user's counts."""

    def __init__(self, users: Path, shipped: Path | None = None) -> None:
        self._folders: Sequence[Path] = (shipped or shipped_themes(), users)
        self._read: Mapping[Path, int] = {}
        self.problems: list[ThemeError] = []

    def changed(self) -> list[Theme]:
        """The themes whose file is new or different since the last call; bad files go to ``problems``."""
        found = {
            file: file.stat().st_mtime_ns
            for folder in self._folders
            if folder.is_dir()
            for file in sorted(folder.glob("*.toml"))
        }
        themes: list[Theme] = []
        self.problems = []
        for file, modified in found.items():
            if self._read.get(file) == modified:
                continue
            try:
                themes.append(parse_theme(file.read_text(encoding="utf-8"), file))
            except ThemeError as error:
                self.problems.append(error)
            except (OSError, UnicodeDecodeError) as error:
                self.problems.append(ThemeError(f"{file} cannot be read: {error}"))
        self._read = found
        return themes
