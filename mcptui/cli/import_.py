"""``mcptui import``: servers of other programs, previewed before they are saved."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

import click

from mcptui.cli.context import confirm, finish, with_workspace
from mcptui.cli.options import json_option, yes_option
from mcptui.cli.output import emit_json, note, plain, table
from mcptui.errors import NotFoundError, RefusedError
from mcptui.interop.errors import ImportFileError
from mcptui.interop.sources import MOST_BYTES, SOURCES, TOO_LARGE
from mcptui.protocol.text import counted
from mcptui.services.import_sources import Source, find_sources, read_file, read_text
from mcptui.services.imports import (
    Candidate,
    ImportOutcome,
    OnClash,
    candidates,
    choose,
    import_servers,
    names_after,
)
from mcptui.services.workspace import Workspace

_STANDING: Mapping[str, str] = {"same": "exists", "gateway": "is this gateway"}


@click.command("import")
@click.argument("file", required=False, metavar="[FILE|-]")
@click.option("--from", "source", type=click.Choice(sorted(SOURCES)), help="Format of the file; detected by default.")
@click.option("--found", is_flag=True, help="Import from all clients on this machine.")
@click.option("--only", multiple=True, metavar="NAME", help="Only this server; repeatable.")
@click.option(
    "--on-clash",
    type=click.Choice(get_args(OnClash)),
    default="rename",
    show_default=True,
    help="What to do on a name conflict.",
)
@click.option("--no-models", is_flag=True, help="Skip the models of a LiteLLM file.")
@click.option("--dry-run", is_flag=True, help="Preview only.")
@yes_option
@json_option
@with_workspace
def import_(
    ws: Workspace,
    /,
    file: str | None,
    source: str | None,
    found: bool,
    only: tuple[str, ...],
    on_clash: OnClash,
    no_models: bool,
    dry_run: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Import servers from other programs: preview, confirmation, one change. Nothing is started.

    \b
    mcptui import --found --dry-run          what clients on this machine have
    mcptui import --from cursor              Cursor's file, wherever it is
    mcptui import litellm_config.yaml        servers, access groups and models of a LiteLLM proxy
    mcptui import server.json --only weather
    """
    sources = _sources(file, source, found)
    for unreadable in sources:
        if unreadable.problem:
            note(f"warning: {unreadable.problem}")
    loaded = ws.load()
    rows = candidates(loaded.state, sources)
    chosen = choose(rows, only) if only else [row for row in rows if row.chosen]
    clashes: dict[str, OnClash] = {row.id: on_clash for row in chosen}
    names = names_after(loaded.state, chosen, clashes)
    models = () if no_models or only else tuple(model for item in sources for model in item.imported.models)
    models = tuple(model for model in models if model.name not in loaded.state.models)
    if as_json:
        emit_json(_preview(sources, rows, names, [model.name for model in models]))
    else:
        _show(rows, names)
        _tell(sources, chosen)
        if models:
            note(f"models: {', '.join(model.name for model in models)}")
    if dry_run:
        return
    count = sum(name is not None for name in names.values())
    if not (count or models):
        if not rows and any(item.problem or item.imported.problems for item in sources):
            raise RefusedError("nothing could be imported", hint="the problem of each entry is listed above")
        note("there is nothing to import")
        return
    what = counted(count, "server") + (f" and {counted(len(models), 'model')}" if models else "")
    confirm(
        f"Import {what}?", yes=yes, refused="nothing was imported", hint="add --yes to confirm, or --dry-run to preview"
    )
    groups = {name: members for item in sources for name, members in item.imported.groups.items()}
    outcome = import_servers(ws, chosen, on_clash=clashes, models=models, groups=groups, expected=loaded.revision)
    _tell_outcome(ws, outcome)


def _tell_outcome(ws: Workspace, outcome: ImportOutcome) -> None:
    """What is still to be done."""
    finish(ws, outcome.change)
    for name, reason in outcome.left_out.items():
        note(f"skipped: {name}: {reason}")
    for name, path, about in outcome.missing:
        note(f"{name} needs {about}: mcptui secret set {path}")
    for name, needs in outcome.waiting.items():
        for need in needs:
            note(f"{name} needs {need}")
        note(f"{name} is disabled until then; enable it with: mcptui server enable {name}")


def _sources(file: str | None, source: str | None, found: bool) -> list[Source]:
    if file is not None and found:
        raise click.UsageError("FILE and --found are mutually exclusive")
    if file == "-":
        return [read_text(_piped(), source or "any")]
    if file is not None:
        return [read_file(Path(file), source or "any")]
    if not found and source is None:
        raise click.UsageError("specify FILE, --found or --from CLIENT")
    sources = find_sources(only=source)
    if not sources and source is not None:
        raise NotFoundError(f"no {source} configuration with MCP servers found", hint="specify its FILE")
    return sources


def _piped() -> str:
    """What comes through standard input, no more of it than a configuration can have.

    Raises:
        ImportFileError: it is not UTF-8, or larger.
    """
    content = sys.stdin.buffer.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise ImportFileError(TOO_LARGE)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ImportFileError("standard input is not UTF-8") from error


def _show(rows: Sequence[Candidate], names: Mapping[str, str | None]) -> None:
    cells = []
    for row in rows:
        server = row.server
        mark = "[x]" if names.get(row.id) else "[ ]"
        where = server.url or " ".join([server.command or "", *server.args])
        cells.append([mark, row.id, row.source, where, row.secrets or "", _what(row, names)])
    table(["", "NAME", "FROM", "TARGET", "SECRETS", ""], cells)


def _what(row: Candidate, names: Mapping[str, str | None]) -> str:
    if row.id not in names:
        return _STANDING.get(row.standing, "not selected")
    name = names[row.id]
    if name is None:
        return "skipped: the name exists"
    if name != row.server.name:
        return f"as {name}"
    return "replaces the existing server" if row.standing == "taken" else "new"


def _tell(sources: Sequence[Source], rows: Sequence[Candidate]) -> None:
    """What could not be imported."""
    for row in rows:
        for remark in row.notes:
            note(f"note: {remark}")
        if row.needs:
            note(f"note: {row.server.name}: imported disabled, it needs {', '.join(row.needs)}")
    for source in sources:
        for remark in source.imported.notes:
            note(f"note: {remark}")
        for problem in source.imported.problems:
            note(f"skipped: {problem}")


def _preview(
    sources: Sequence[Source], rows: Sequence[Candidate], names: Mapping[str, str | None], models: Sequence[str]
) -> dict[str, Any]:
    return {
        "servers": [
            {
                "id": row.id,
                "label": row.found.label,
                "source": row.source,
                "chosen": names.get(row.id) is not None,
                "name": names.get(row.id),
                "standing": row.standing,
                "secrets": row.secrets,
                "notes": row.notes,
                "missing": dict(row.found.missing),
                "needs": row.needs,
                "server": plain(row.server),
            }
            for row in rows
        ],
        "models": list(models),
        "sources": [
            {
                "title": source.title,
                "path": source.path,
                "problem": source.problem,
                "notes": source.imported.notes,
                "problems": source.imported.problems,
            }
            for source in sources
        ],
    }
