"""``--tools-preset``: rules for tools that are made of what the servers have."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from mcptui.model.entities import TOOL_PRESETS

if TYPE_CHECKING:
    from mcptui.model import Subject
    from mcptui.model.entities import SubjectKind, ToolPreset
    from mcptui.services.workspace import Workspace

_Command = TypeVar("_Command", bound=Callable[..., Any])

_HELP: Final = "Tools: all (unset), or the read-only ones that its servers have now; needs a running gateway."


def preset_option(command: _Command) -> _Command:
    """Adds ``--tools-preset``."""
    return click.option("--tools-preset", "preset", type=click.Choice(TOOL_PRESETS), help=_HELP)(command)


def preset_applied(ws: Workspace, kind: SubjectKind, found: Subject, preset: ToolPreset | None) -> Subject:
    """``found`` with the rules for tools of ``preset``; as it is without one.

    Raises:
        UnreachableError: the gateway, which knows the tools, does not run.
        RefusedError: there is no allowed server to restrict.
    """
    from mcptui.cli.call import listing
    from mcptui.cli.context import wait_for
    from mcptui.services.tool_presets import with_preset

    if preset is None:
        return found
    listed = wait_for(listing(ws, None, None)) if preset == "read-only" else None
    return with_preset(ws.load().state, kind, found, preset, listed)
