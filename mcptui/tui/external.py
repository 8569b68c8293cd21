"""The person's editor and pager, with the app asleep meanwhile."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from textual.app import App, SuspendNotSupported

from mcptui.errors import McptuiError


class ExternalProgramError(McptuiError):
    """An editor or pager could not be used."""


def edited(app: App[Any], text: str, *, suffix: str = ".txt") -> str:
    """``text`` as it came back from ``$VISUAL`` or ``$EDITOR``.

    Raises:
        ExternalProgramError: there is none, or it failed.
    """
    command = _chosen("VISUAL", "EDITOR") or ["vi"]
    with tempfile.TemporaryDirectory(prefix="mcptui-") as folder:
        file = Path(folder) / f"text{suffix}"
        file.write_text(text, encoding="utf-8")
        file.chmod(0o600)  # arguments may hold anything
        _run(app, [*command, str(file)])
        try:
            return file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ExternalProgramError(f"the edited text cannot be read: {error}") from error


def page(app: App[Any], text: str, *, suffix: str = ".txt") -> None:
    """Show ``text`` in ``$PAGER``.

    Raises:
        ExternalProgramError: there is none, or it failed.
    """
    command = _chosen("MCPTUI_PAGER", "PAGER") or ["less"]
    with tempfile.TemporaryDirectory(prefix="mcptui-") as folder:
        file = Path(folder) / f"text{suffix}"
        file.write_text(text, encoding="utf-8")
        _run(app, [*command, str(file)])


def _chosen(*names: str) -> list[str]:
    """The command line in the first of these variables that has one, as words."""
    for name in names:
        try:
            words = shlex.split(os.environ.get(name, ""))
        except ValueError as error:
            raise ExternalProgramError(f"{name} is not a command line: {error}", hint=f"Correct {name}.") from error
        if words:
            return words
    return []


def _run(app: App[Any], command: Sequence[str]) -> None:
    try:
        with app.suspend():
            code = subprocess.run(command, check=False).returncode
    except SuspendNotSupported as error:
        raise ExternalProgramError("other programs cannot be shown here", hint="Open the app in a terminal.") from error
    except OSError as error:
        hint = "Set EDITOR and PAGER to programs that are installed."
        raise ExternalProgramError(f"{command[0]} cannot be started: {error}", hint=hint) from error
    if code:
        raise ExternalProgramError(f"{command[0]} exited with {code}; changes discarded")
