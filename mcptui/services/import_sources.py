"""Configuration files of other programs: found on this machine, or named by the person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mcptui.errors import McptuiError, NotFoundError
from mcptui.files import NotAFileError, TooLargeError, read_bounded
from mcptui.interop.clients import CLIENTS
from mcptui.interop.errors import ImportFileError
from mcptui.interop.machine import Machine
from mcptui.interop.sources import MOST_BYTES, SOURCES, TOO_LARGE, Imported, read_source

_TITLES: Final = {"any": "JSON", "litellm": "LiteLLM", "registry": "MCP registry"}
_LITELLM_FILES: Final = ("config.yaml", "litellm_config.yaml", "litellm.yaml")


@dataclass(frozen=True, slots=True)
class Source:
    """One file, read. ``problem`` says why it could not be; then there is nothing in it."""

    title: str
    path: Path | None
    imported: Imported
    problem: str | None = None


def read_file(path: Path, source: str = "any") -> Source:
    """Read one file of ``source``.

    Raises:
        NotFoundError: there is no such file, or no such source.
        ImportFileError: it cannot be read as one.
    """
    _require_source(source)
    try:
        text = read_bounded(path, MOST_BYTES).decode("utf-8-sig")
    except FileNotFoundError as error:
        raise NotFoundError(f"there is no file {path}") from error
    except UnicodeDecodeError as error:
        raise ImportFileError(f"{path} is not UTF-8") from error
    except NotAFileError as error:
        raise ImportFileError(f"{path} is not a file", hint="Through a pipe: mcptui import -") from error
    except TooLargeError as error:
        raise ImportFileError(f"{path}: {TOO_LARGE}") from error
    except OSError as error:
        raise ImportFileError(f"{path} cannot be read: {error.strerror}") from error
    try:
        imported = read_source(text, source, _project(path))
    except ImportFileError as error:
        raise ImportFileError(f"{path}: {error.message}", hint=error.hint) from error
    return Source(_title(imported.source), path, imported)


def read_text(text: str, source: str = "any") -> Source:
    """Read what came from standard input or the clipboard.

    Raises:
        NotFoundError: there is no such source.
        ImportFileError: it cannot be read as one.
    """
    _require_source(source)
    imported = read_source(text, source)
    return Source(_title(imported.source), None, imported)


def find_sources(machine: Machine | None = None, only: str | None = None) -> list[Source]:
    """The configuration files of clients on this machine that hold servers or cannot be read.

    Raises:
        NotFoundError: there is no source ``only``.
    """
    if only is not None:
        _require_source(only)
    sources = []
    # A project in the home directory has the file that is there once.
    for kind, path in dict.fromkeys(_places(machine or Machine.here())):
        if only not in {None, kind} or not path.is_file():
            continue
        try:
            source = read_file(path, kind)
        except McptuiError as error:
            sources.append(Source(_title(kind), path, Imported(kind), error.message))
            continue
        if source.imported.found or source.imported.models:
            sources.append(source)
    return sources


def _places(machine: Machine) -> Iterator[tuple[str, Path]]:
    """Where clients keep their files, whether or not they are there."""
    for client in CLIENTS.values():
        for path in client.files(machine):
            yield client.id, path
        if machine.folder is not None:
            for name in client.project_files:
                yield client.id, machine.folder / name
    if machine.folder is not None:
        for name in _LITELLM_FILES:
            yield "litellm", machine.folder / name


def _project(path: Path) -> Path | None:
    """The folder of the project whose file ``path`` is; None for a file of the person."""
    path = path.absolute()
    for client in CLIENTS.values():
        for name in map(Path, client.project_files):
            count = len(name.parts)
            if path.parts[-count:] == name.parts and (folder := path.parents[count - 1]) != Path.home():
                return folder
    return None


def _require_source(source: str) -> None:
    if source not in SOURCES:
        raise NotFoundError(f"unknown source {source}", hint=f"choose one of {', '.join(SOURCES)}")


def _title(source: str) -> str:
    return CLIENTS[source].title if source in CLIENTS else _TITLES[source]
