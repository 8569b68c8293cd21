"""``mcptui access``: effective access, the reason for it, and bulk changes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import click

from mcptui.cli.completion import names_of
from mcptui.cli.context import find, report, usage_or_note, with_workspace
from mcptui.cli.options import Duration, Names, json_option
from mcptui.cli.output import emit, emit_csv, emit_json, note, table
from mcptui.model.entities import SubjectKind
from mcptui.services.workspace import Workspace

if TYPE_CHECKING:
    from mcptui.access import Ref
    from mcptui.access.matrix import Matrix
    from mcptui.model import State

_KINDS: Final[tuple[SubjectKind, ...]] = ("org", "team", "user", "key")
_subjects: Final = names_of("org", "team", "user", "key")
_MARKS: Final = ("allowed", "denied", "partly")

servers_option = click.option(
    "--server",
    "servers",
    type=Names(),
    shell_complete=names_of("server", is_list=True),
    multiple=True,
    metavar="NAME,…",
    help='Servers, @groups or "*"; repeatable.',
)


@click.group()
def access() -> None:
    """Effective access, the deciding rule, and bulk changes."""


@access.command("explain")
@click.option("--key", shell_complete=names_of("key"), metavar="NAME", help="Explain a key.")
@click.option("--user", shell_complete=names_of("user"), metavar="NAME", help="Explain a user.")
@click.option("--team", shell_complete=names_of("team"), metavar="NAME", help="Explain a team.")
@click.option("--org", shell_complete=names_of("org"), metavar="NAME", help="Explain an org.")
@click.option("--server", shell_complete=names_of("server"), metavar="NAME", help="Only this server.")
@click.option(
    "--tool",
    shell_complete=names_of("tool"),
    metavar="NAME",
    help="Only this tool: SERVER__TOOL, or its own name with --server.",
)
@click.option("--model", shell_complete=names_of("model"), metavar="NAME", help="Explain a model instead of servers.")
@json_option
@with_workspace
def explain(
    ws: Workspace, /, server: str | None, tool: str | None, model: str | None, as_json: bool, **who: str | None
) -> None:
    """Show the rules of every level and which one decides."""
    import mcptui.access
    from mcptui.access.subjects import table as subjects
    from mcptui.services.access_words import explanation_text

    if model is not None and (server is not None or tool is not None):
        raise click.UsageError("--model cannot be combined with --server or --tool")
    refs = [mcptui.access.Ref(kind, name) for kind in _KINDS if (name := who[kind]) is not None]
    if len(refs) != 1:
        raise click.UsageError("specify one of --key, --user, --team, --org")
    state = ws.load().state
    find(subjects(state, refs[0].kind), refs[0].kind, refs[0].name)
    if server is not None:
        find(state.servers, "server", server)
    if model is not None:
        find(state.models, "model", model)
        found = mcptui.access.explain_model(state, refs[0], model)
    else:
        found = mcptui.access.explain(state, refs[0], server, tool)
    if as_json:
        emit_json(found)
    else:
        emit(explanation_text(found))


@access.command("matrix")
@click.argument("subjects", nargs=-1, metavar="[SUBJECT…]", shell_complete=_subjects)
@servers_option
@click.option("--kind", "kinds", multiple=True, type=click.Choice(_KINDS), help="Only these levels; repeatable.")
@click.option("--mark", "marks", multiple=True, type=click.Choice(_MARKS), help="Only rows with this access.")
@click.option("--csv", "as_csv", is_flag=True, help="Write CSV.")
@json_option
@with_workspace
def matrix(
    ws: Workspace,
    subjects: Sequence[str],
    servers: Sequence[tuple[str, ...]],
    kinds: Sequence[str],
    marks: Sequence[str],
    as_csv: bool,
    as_json: bool,
) -> None:
    """Access matrix: [x] allowed here, [+] above or by group, [~] some tools, [!] denied, [ ] not granted.

    SUBJECT is a name or KIND:NAME and includes everything below it.
    """
    from mcptui.access.matrix import Mark, Matrix

    state = ws.load().state
    found = Matrix(state)
    columns = _columns(state, found, servers)
    wanted = {Mark(mark) for mark in marks}
    rows = [
        (ref, branch)
        for ref, branch in _rows(state, found, subjects)
        if (not kinds or ref.kind in kinds) and (not wanted or any(found.mark(ref, name) in wanted for name in columns))
    ]
    if as_json:
        emit_json([_cells(found, ref, columns) for ref, _ in rows])
    elif as_csv:
        emit_csv(["kind", "name", *columns], [[ref.kind, ref.name, *_marks(found, ref, columns)] for ref, _ in rows])
    else:
        table(["SUBJECT", *columns], [[f"{branch}{ref}", *_marks(found, ref, columns)] for ref, branch in rows])


@access.command("grant")
@click.argument("subjects", nargs=-1, shell_complete=_subjects, required=True, metavar="SUBJECT…")
@servers_option
@click.option("--dry-run", is_flag=True, help="Show the effect without saving.")
@with_workspace
def grant(ws: Workspace, subjects: Sequence[str], servers: Sequence[tuple[str, ...]], dry_run: bool) -> None:
    """Grant servers to orgs, teams, users or keys, as one change. SUBJECT is a name or KIND:NAME."""
    _change(ws, "grant", subjects, servers, dry_run)


@access.command("revoke")
@click.argument("subjects", nargs=-1, shell_complete=_subjects, required=True, metavar="SUBJECT…")
@servers_option
@click.option("--dry-run", is_flag=True, help="Show the effect without saving.")
@with_workspace
def revoke(ws: Workspace, subjects: Sequence[str], servers: Sequence[tuple[str, ...]], dry_run: bool) -> None:
    """Revoke servers, inherited ones included, as one change. SUBJECT is a name or KIND:NAME."""
    _change(ws, "revoke", subjects, servers, dry_run)


@access.command("findings")
@click.option("--unused-after", type=Duration(), default=timedelta(days=30), help="Days without use, such as 30d.")
@json_option
@with_workspace
def findings_(ws: Workspace, unused_after: timedelta, as_json: bool) -> None:
    """List unused keys, unreachable servers and redundant entries."""
    from mcptui.services.access import findings

    found = findings(ws.load().state, usage_or_note(ws), datetime.now(UTC), unused_after=unused_after)
    if as_json:
        emit_json(found)
        return
    for each in found:
        emit(f"{each.message}. {each.hint}")
    if not found:
        note("no findings")


def _change(
    ws: Workspace, verb: str, subjects: Sequence[str], servers: Sequence[tuple[str, ...]], dry_run: bool
) -> None:
    from mcptui.access.drafts import drafted, granted, revoked
    from mcptui.access.preview import preview
    from mcptui.services import access as services
    from mcptui.services.access_words import preview_text
    from mcptui.services.checks import require_servers

    names = [name for listed in servers for name in listed]
    if not names:
        raise click.UsageError("specify --server NAME,…")
    loaded = ws.load()
    refs = [services.find_ref(loaded.state, text) for text in dict.fromkeys(subjects)]
    require_servers(loaded.state, names)
    draft = (granted if verb == "grant" else revoked)(loaded.state, refs, names)
    shown = preview(loaded.state, drafted(loaded.state, draft))
    if dry_run or not draft:
        emit(preview_text(shown))
        return
    note(preview_text(shown))
    report((services.grant if verb == "grant" else services.revoke)(ws, refs, names))


def _columns(state: State, found: Matrix, servers: Sequence[tuple[str, ...]]) -> list[str]:
    from mcptui.access.levels import ServerSets
    from mcptui.services.checks import require_servers

    names = [name for listed in servers for name in listed]
    require_servers(state, names)
    sets = ServerSets(state)
    wanted = {server for name in names for server in sets.named_by(name)}
    return [name for name in found.servers if not names or name in wanted]


def _rows(state: State, found: Matrix, subjects: Sequence[str]) -> list[tuple[Ref, str]]:
    from mcptui.access.subjects import below
    from mcptui.services.access import find_ref
    from mcptui.services.tree_lines import branch

    if not subjects:
        return [(ref, branch(place)) for ref, place in found.tree]
    refs = [find_ref(state, text) for text in subjects]
    wanted = {*refs, *(under for ref in refs for under in below(state, ref))}
    return [(ref, branch(place)) for ref, place in found.tree if ref in wanted]


def _marks(found: Matrix, ref: Ref, columns: Sequence[str]) -> list[str]:
    from mcptui.services.access_words import SIGNS

    return [SIGNS[found.mark(ref, name)] for name in columns]


def _cells(found: Matrix, ref: Ref, columns: Sequence[str]) -> dict[str, Any]:
    from mcptui.services.access_words import SIGNS

    cells = {name: found.cell(ref, name) for name in columns}
    return {
        "kind": ref.kind,
        "name": ref.name,
        "servers": {
            name: {
                "mark": SIGNS[cell.mark],
                "allowed": cell.decision.allowed,
                "partly": cell.partly,
                "level": cell.decision.level,
                "subject": cell.decision.subject,
                "entry": cell.decision.entry,
                "reason": cell.decision.reason,
            }
            for name, cell in cells.items()
        },
    }
