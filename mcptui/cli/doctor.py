"""``mcptui doctor``: is everything in order; also the page for a bug report."""

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
    """Versions, paths, secrets, gateway and servers, without any secret; exit code 1 if something is wrong."""
    from mcptui.services.doctor import doctor as examine

    report = examine(ws)
    if as_json:
        emit_json(report)
    else:
        emit(report.markdown())
    return ExitCode.OK if report.ok else ExitCode.FAILED
