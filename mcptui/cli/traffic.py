"""``mcptui traffic``: the recorded calls, found with the filter of the Gateway mode."""

from __future__ import annotations

import json
import time
from contextlib import aclosing
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, get_args

import click

from mcptui.cli.context import require_gateway, wait_for, with_workspace
from mcptui.cli.options import json_option
from mcptui.cli.output import emit, emit_json, fields, table
from mcptui.errors import NotFoundError
from mcptui.model.calls import MOST_CALLS, CallQuery, GroupBy
from mcptui.model.times import parse_duration
from mcptui.services.workspace import Workspace

if TYPE_CHECKING:
    from mcptui.model.calls import GroupStats
    from mcptui.model.runtime import CallRecord

_terms_argument = click.argument("terms", nargs=-1, metavar="[TERM…]")


@click.group()
def traffic() -> None:
    """Recorded calls: search, show, statistics.

    \b
    mcptui traffic list server:github outcome:failed since:1h
    mcptui traffic list -- -server:github
    mcptui traffic stats --by tool --last 7d
    """


@traffic.command("list")
@_terms_argument
@click.option(
    "-n", "--lines", type=click.IntRange(1, MOST_CALLS), default=50, show_default=True, help="Maximum number of calls."
)
@json_option
@with_workspace
def list_(ws: Workspace, terms: tuple[str, ...], lines: int, as_json: bool) -> None:
    """List the newest calls that match all terms; --json includes messages."""
    query = _query(terms)
    if as_json:
        emit_json(wait_for(_whole(ws, query, lines)))
        return
    rows = [
        [call.id, _local(call.at), call.key, call.name or call.method, call.server, call.outcome, f"{call.ms:.0f}"]
        for call in wait_for(_heads(ws, query, lines))
    ]
    table(["ID", "TIME", "KEY", "NAME", "SERVER", "OUTCOME", "MS"], rows)


@traffic.command("show")
@click.argument("id_", metavar="ID", type=int)
@json_option
@with_workspace
def show(ws: Workspace, id_: int, as_json: bool) -> None:
    """Show a call: key, client, timing and messages, secrets masked."""
    call = wait_for(_call(ws, id_))
    if as_json:
        emit_json(call)
        return
    fields(
        [
            ("time", _local(call.at)),
            ("key", call.key),
            ("address", call.address),
            ("times", call.times if call.times > 1 else None),
            ("client", call.client),
            ("protocol", call.front),
            ("method", call.method),
            ("name", call.name),
            ("server", call.server),
            ("outcome", call.outcome),
            ("error", call.error),
            ("ms", f"{call.ms:.1f}"),
            ("server time", None if call.upstream_ms is None else f"{call.upstream_ms:.1f} ms"),
            ("size", f"{call.bytes_in:,} B in, {call.bytes_out:,} B out"),
        ]
    )
    for title, value in (("request", call.params), ("events", call.events), ("result", call.result)):
        if value:
            emit(f"\n{title}\n{json.dumps(value, indent=2, ensure_ascii=False)}")


@traffic.command("stats")
@_terms_argument
@click.option("--by", type=click.Choice(get_args(GroupBy)), default="server", show_default=True, help="Group by.")
@click.option("--last", metavar="7D", default="1h", show_default=True, help="Period: 15m, 1h, 7d.")
@json_option
@with_workspace
def stats(ws: Workspace, terms: tuple[str, ...], by: GroupBy, last: str, as_json: bool) -> None:
    """Show calls, failures and latency of the calls that match all terms."""
    if not (stretch := parse_duration(last)):
        raise click.BadParameter(f"{last!r} is not a duration (15m, 1h, 7d)", param_hint="--last")
    found = wait_for(_stats(ws, by, stretch, _query(terms)))
    if as_json:
        emit_json(found)
        return
    rows = [
        [each.name, each.calls, each.failed, f"{each.p50:.0f}", f"{each.p95:.0f}", f"{each.slowest:.0f}"]
        for each in found
    ]
    table([by.upper(), "CALLS", "FAILED", "P50 MS", "P95 MS", "SLOWEST MS"], rows)


def _query(terms: tuple[str, ...]) -> CallQuery:
    return CallQuery(" ".join(terms), datetime.now().astimezone().isoformat())


async def _heads(ws: Workspace, query: CallQuery, limit: int) -> list[CallRecord]:
    await require_gateway(ws)
    found = await ws.gateway.search_calls(query)
    return await ws.gateway.found_calls(query, found.newest, limit=limit)


async def _whole(ws: Workspace, query: CallQuery, limit: int) -> list[CallRecord]:
    await require_gateway(ws)
    calls: list[CallRecord] = []
    async with aclosing(ws.gateway.recorded_calls(query)) as found:
        async for call in found:
            calls.append(call)
            if len(calls) == limit:
                break
    return calls


async def _call(ws: Workspace, id_: int) -> CallRecord:
    await require_gateway(ws)
    if (call := await ws.gateway.recorded_call(id_)) is None:
        raise NotFoundError(f"no call {id_}", hint="see: mcptui traffic list")
    return call


async def _stats(ws: Workspace, by: GroupBy, stretch: timedelta, query: CallQuery) -> list[GroupStats]:
    await require_gateway(ws)
    now = time.time()
    return await ws.gateway.call_stats(by, now - stretch.total_seconds(), now, query)


def _local(at: float) -> str:
    return f"{datetime.fromtimestamp(at).astimezone():%Y-%m-%d %H:%M:%S}"
