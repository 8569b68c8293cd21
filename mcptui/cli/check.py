"""``mcptui check``: runs collections of saved calls, for CI."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from mcptui.cli.call import check_key
from mcptui.cli.context import require_gateway, wait_for, with_workspace
from mcptui.cli.options import Pair, json_option, key_option
from mcptui.cli.output import emit, emit_json, note
from mcptui.errors import ExitCode, NotFoundError, RefusedError
from mcptui.files import replace_file
from mcptui.protocol.text import counted
from mcptui.services.workspace import Workspace

if TYPE_CHECKING:
    from mcptui.services.collections.running import Running
    from mcptui.services.collections.values import CallReport, Report, SavedCall

#: How often servers that are starting are looked at, seconds.
_POLL: Final = 0.2


@click.command("check")
@click.argument("files", metavar="[FILE…]", nargs=-1, type=click.Path(path_type=Path))
@click.option("--var", "variables", type=Pair(), multiple=True, help="Set a variable; repeatable.")
@click.option("--junit", "junit_file", metavar="FILE", type=click.Path(path_type=Path), help="Also write JUnit XML.")
@key_option
@json_option
@with_workspace
def check(
    ws: Workspace,
    files: Sequence[Path],
    variables: Sequence[tuple[str, str]],
    junit_file: Path | None,
    key: str | None,
    as_json: bool,
) -> int:
    """Run collections of saved calls and compare the responses with what they expect.

    Without FILE, runs all collections in the directory calls of the configuration. Fails if any call fails.

    \b
    mcptui check calls.toml --junit report.xml
    mcptui check calls.toml --key ci --var city=Lisbon
    """
    from mcptui.services.collections.file import read_collection
    from mcptui.services.collections.junit import junit
    from mcptui.services.collections.running import Running

    directory = ws.paths.calls_dir
    paths = list(files) or sorted(directory.glob("*.toml"))
    if not paths:
        raise NotFoundError(f"there are no collections in {directory}", hint="name a file, or save a call in the app")
    check_key(ws, key)
    collections = [(path, read_collection(path)) for path in paths]
    running = [
        (path, collection.name, Running(ws.gateway, collection, dict(variables), key=key))
        for path, collection in collections
    ]
    calls = [call for _, collection in collections for call in collection.calls]
    reports = wait_for(_run(ws, running, calls, is_quiet=as_json))
    if junit_file is not None:
        _write(junit_file, junit(reports))
    failed, total = sum(report.failed for report in reports), sum(len(report.calls) for report in reports)
    if as_json:
        emit_json({"passed": total - failed, "failed": failed, "collections": reports})
    else:
        note(f"{counted(total, 'call')}, {failed} failed")
    return ExitCode.FAILED if failed else ExitCode.OK


async def _run(
    ws: Workspace, running: Sequence[tuple[Path, str, Running]], saved: Sequence[SavedCall], *, is_quiet: bool
) -> list[Report]:
    from mcptui.services.collections.values import Report

    await require_gateway(ws)
    await _servers_started(ws, saved)
    reports = []
    for path, name, calls in running:
        if not is_quiet:
            emit(f"{name} ({path})")
        ended = []
        async for report in calls.reports():
            ended.append(report)
            if not is_quiet:
                _show(report)
        reports.append(Report(collection=name, file=str(path), calls=tuple(ended)))
    return reports


async def _servers_started(ws: Workspace, saved: Sequence[SavedCall]) -> None:
    """Wait for servers of ``saved`` that are starting: a gateway that has just started does not know their tools yet.

    Ends at the latest after the longest ``start_timeout``, when the gateway itself gives up.
    """
    from mcptui.services.collections.servers_used import servers_used

    listed = await ws.gateway.listed(None)  # starts those that start on first use
    state = ws.load().state
    said: set[str] = set()
    while (status := await ws.gateway.status()) is not None:
        names = [server.name for server in status.servers if server.state == "starting"]
        starting = servers_used(saved, state, listed, names)
        if not starting:
            return
        if new := starting - said:
            note(f"waiting for {', '.join(sorted(new))} to start")
            said |= new
        await asyncio.sleep(_POLL)


def _show(report: CallReport) -> None:
    emit(f"  {'✓' if report.passed else '✗'} {report.name}  {report.ms:.0f} ms")
    for problem in report.problems:
        emit(f"      {problem}")


def _write(file: Path, content: bytes) -> None:
    try:
        replace_file(file, content)
    except OSError as error:
        raise RefusedError(f"{file} cannot be written: {error.strerror or error}", hint="name another file") from error
