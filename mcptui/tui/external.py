"""The person's editor and pager; the app is suspended while they run."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from textual.app import App, SuspendNotSupported

from mcptui.errors import McptuiError

#: Editors that take a line behind the file, with their option for that; all others take +LINE before it.
_WITH_COLON: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(("code", "codium", "cursor", "windsurf"), ("--goto",)),
    **dict.fromkeys(("hx", "helix", "subl", "zed"), ()),
}
#: Editors that return at once unless they are told to wait until the file is closed.
_RETURNING: Final = frozenset({"code", "codium", "cursor", "windsurf", "subl", "zed"})


class ExternalProgramError(McptuiError):
    """An editor or pager could not be used."""


def edited(app: App[Any], text: str, *, suffix: str = ".txt") -> str:
    """``text`` as it came back from ``$VISUAL`` or ``$EDITOR``.

    Raises:
        ExternalProgramError: there is none, or it failed.
    """
    command = _editor()
    with tempfile.TemporaryDirectory(prefix="mcptui-") as folder:
        file = Path(folder) / f"text{suffix}"
        file.write_text(text, encoding="utf-8")
        file.chmod(0o600)  # arguments may hold anything
        _run(app, [*command, str(file)], otherwise="; changes discarded")
        try:
            return file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ExternalProgramError(f"the edited text cannot be read: {error}") from error


def edit_file(app: App[Any], file: Path, line: int | None = None) -> None:
    """Have ``file`` edited in place in ``$VISUAL`` or ``$EDITOR``, from ``line`` on.

    Raises:
        ExternalProgramError: there is none, or it failed.
    """
    command = _editor()
    if line is None:
        place = [str(file)]
    elif (name := Path(command[0]).stem) in _WITH_COLON:
        place = [*_WITH_COLON[name], f"{file}:{line}"]
    else:
        place = [f"+{line}", str(file)]
    _run(app, [*command, *place])


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


def _editor() -> list[str]:
    command = _chosen("VISUAL", "EDITOR") or ["vi"]
    waits = Path(command[0]).stem not in _RETURNING or {"--wait", "-w"} & {*command}
    return command if waits else [*command, "--wait"]


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


def _run(app: App[Any], command: Sequence[str], *, otherwise: str = "") -> None:
    try:
        with app.suspend():
            code = subprocess.run(command, check=False).returncode
    except SuspendNotSupported as error:
        raise ExternalProgramError("other programs cannot be shown here", hint="Open the app in a terminal.") from error
    except OSError as error:
        hint = "Set EDITOR and PAGER to programs that are installed."
        raise ExternalProgramError(f"{command[0]} cannot be started: {error}", hint=hint) from error
    if code:
        raise ExternalProgramError(f"{command[0]} exited with {code}{otherwise}")
