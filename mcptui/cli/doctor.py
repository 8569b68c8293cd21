"""``mcptui doctor``: checks of the installation, as a report for bug reports too."""

from __future__ import annotations

import click

from mcptui.cli.context import with_workspace
from mcptui.cli.options import json_option
from mcptui.cli.output import emit, emit_json
from mcptui.errors import ExitCode
from mcptui.services.workspace import Workspace


@click.command("doctor")
@json_option
@with_workspace
def doctor(ws: Workspace, as_json: bool) -> int:
    """Check versions, paths, secrets, gateway and servers. Exit code 1 on problems; no secret is printed."""
    from mcptui.services.doctor import doctor as examine

    report = examine(ws)
    if as_json:
        emit_json(report)
    else:
        emit(report.markdown())
    return ExitCode.OK if report.ok else ExitCode.FAILED
