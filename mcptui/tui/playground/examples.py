"""Arguments with a name, kept between runs of the app."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from mcptui.errors import McptuiError
from mcptui.files import make_private_directory, replace_file
from mcptui.model.runtime import Json

FILE_NAME: Final = "examples.json"


class ExamplesError(McptuiError):
    """The file with examples cannot be read or written."""


class Examples:
    """One file, readable by its owner only: arguments may hold anything. Blocking."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def of(self, item: str) -> dict[str, Json]:
        """The examples of one item by name, in the order in which they were saved.

        Raises:
            ExamplesError: the file cannot be read.
        """
        return dict(self._read().get(item, {}))

    def save(self, item: str, name: str, arguments: Json) -> None:
        """Keep ``arguments`` under ``name``; one of that name is replaced.

        Raises:
            ExamplesError: the file cannot be read or written.
        """
        self._write(item, {**self.of(item), name: arguments})

    def remove(self, item: str, name: str) -> None:
        """Delete one example.

        Raises:
            ExamplesError: the file cannot be read or written.
        """
        self._write(item, {other: value for other, value in self.of(item).items() if other != name})

    def _read(self) -> Mapping[str, Mapping[str, Json]]:
        try:
            found = json.loads(self._file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise ExamplesError(f"{self._file}: {error}", hint="Repair or remove the file.") from error
        if not isinstance(found, dict) or not all(isinstance(part, dict) for part in found.values()):
            raise ExamplesError(f"{self._file} does not hold examples", hint="Repair or remove the file.")
        return found

    def _write(self, item: str, examples: Mapping[str, Json]) -> None:
        kept = {**self._read(), item: examples}
        text = json.dumps({name: part for name, part in kept.items() if part}, ensure_ascii=False, indent=2)
        try:
            make_private_directory(self._file.parent)
            replace_file(self._file, (text + "\n").encode())
        except OSError as error:
            raise ExamplesError(f"{self._file} cannot be written: {error}") from error
