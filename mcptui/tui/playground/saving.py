"""Results as files."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from mcptui.errors import McptuiError
from mcptui.tui.playground.images import blobs
from mcptui.tui.playground.outcome import Outcome


class SavingError(McptuiError):
    """A result cannot be written to a file."""


@dataclass(frozen=True, slots=True)
class Savable:
    """One file that a result can become."""

    label: str
    suffix: str
    data: bytes


def savables(outcome: Outcome) -> list[Savable]:
    """The files: what can be read, the whole as JSON, and everything binary in it."""
    files = [
        Savable("text", ".txt", outcome.pretty.encode("utf-8", "replace")),
        Savable("JSON", ".json", (outcome.json + "\n").encode("utf-8", "replace")),
    ]
    found = blobs(outcome.body)
    files += [
        Savable(f"{blob.kind} {number} of {len(found)}, {blob.media_type or 'unknown type'}", blob.suffix, blob.data)
        for number, blob in enumerate(found, start=1)
    ]
    return files


def file_name(name: str, suffix: str) -> str:
    """A name that is one on every system."""
    stem = re.sub(r"[^\w.-]+", "-", name, flags=re.ASCII).strip("-.")[:80] or "result"
    return stem + suffix


def save(path: str, data: bytes) -> Path:
    """Write a new file; one that exists is left alone. Blocking.

    Raises:
        SavingError: it exists, or cannot be written.
    """
    file = Path(path).expanduser()
    try:
        with file.open("xb") as stream:
            stream.write(data)
    except FileExistsError as error:
        raise SavingError(f"{file} already exists", hint="Choose another name.") from error
    except OSError as error:
        raise SavingError(f"{file} cannot be written: {error.strerror or error}") from error
    return file
