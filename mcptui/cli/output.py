"""Data goes to stdout, as a table or as JSON; narration goes to stderr."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from mcptui.model.setting import settings_of, values_of
from mcptui.protocol.text import one_line, visible


def plain(value: object) -> Any:
    """``value`` as JSON: dataclasses as objects, times as ISO 8601, paths as text."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
        # A union among the settings is written as in the state file: flat.
        flat = values_of(value) if settings_of(type(value)) else fields
        own = {name: item for name, item in fields.items() if name in flat or name == "name"}
        return {name: plain(item) for name, item in (own | flat).items()}
    if isinstance(value, Mapping):
        return {str(name): plain(item) for name, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(item) for item in value]
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Path):
        return str(value)
    return value


def emit_json(value: object) -> None:
    """Write ``value`` as JSON. Control characters become escapes, which is the same JSON."""
    click.echo(visible(json.dumps(plain(value), indent=2, ensure_ascii=False)))


def emit(text: str) -> None:
    """Write data that a person or a script reads, made safe for a terminal."""
    click.echo(visible(text))


def note(text: str) -> None:
    """Write a message to stderr; never part of the data."""
    click.echo(visible(text), err=True)


def table(headers: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write aligned columns, one line per row; an empty cell is a dash."""
    cells = [[one_line(str(cell)) if cell not in (None, "") else "-" for cell in row] for row in rows]
    lines = [list(headers), *cells]
    widths = [max(len(line[column]) for line in lines) for column in range(len(headers))]
    for line in lines:
        padded = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        click.echo("  ".join(padded).rstrip())


def emit_csv(headers: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write CSV (RFC 4180, but lines end as the platform's do)."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(headers)
    writer.writerows(rows)
    click.echo(visible(text.getvalue()), nl=False)


def fields(pairs: Iterable[tuple[str, object]]) -> None:
    """Write one ``name  value`` line per pair, leaving out what is not set."""
    shown = [(name, one_line(str(value))) for name, value in pairs if value not in (None, "")]
    width = max((len(name) for name, _ in shown), default=0)
    for name, value in shown:
        click.echo(f"{name.ljust(width)}  {value}")
