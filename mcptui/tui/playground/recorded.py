"""Calls that the gateway recorded, by this app or any client, as runs to show again and to compare."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from mcptui.model.runtime import CallRecord, JsonObject
from mcptui.model.runtime import Outcome as Recorded
from mcptui.schema import same
from mcptui.services.calls import is_whole
from mcptui.tui.playground.items import Item, Request
from mcptui.tui.playground.outcome import Facts, Kind, Outcome
from mcptui.tui.playground.runs import Run

_KINDS: Final[dict[Recorded, Kind]] = {
    "ok": "ok",
    "tool_error": "tool_error",
    "error": "protocol_error",
    "denied": "protocol_error",
    "unreachable": "server_gone",
    "cancelled": "cancelled",
}
#: The record of a call of ours is this close to it, seconds.
_CLOSE: Final = 5.0
_OWNER: Final = "(owner)"


def recorded_runs(item: Item, records: Iterable[CallRecord], known: Sequence[Run]) -> list[Run]:
    """Runs of ``item`` from the history, without those that are ``known`` from this run of the app."""
    runs = (_run(item, record) for record in records if isinstance(record.params, dict))
    return [run for run in runs if not any(_is_same(run, other) for other in known)]


def record_of(item: Item, run: Run, records: Iterable[CallRecord]) -> CallRecord | None:
    """The newest of ``records`` that is ``run``, a call of this run of the app."""
    found = None
    for record in records:
        if record.method == item.method and record.server == item.server and isinstance(record.params, dict):
            mine = {item.name, item.name_there, run.outcome.facts.request.params.get("uri")}
            if mine & {record.name, record.tool} and _is_same(_run(item, record), run):
                found = record
    return found


def _is_same(run: Run, other: Run) -> bool:
    took = other.outcome.facts.ms / 1000
    return abs(run.at - other.at) < _CLOSE + took and (
        not run.is_repeatable or same(run.outcome.facts.arguments, other.outcome.facts.arguments)
    )


def _run(item: Item, record: CallRecord) -> Run:
    params: JsonObject = record.params if isinstance(record.params, dict) else {}
    whole = is_whole(record.result)
    facts = Facts(
        Request(record.method, {**params, "name": item.name} if item.tab != "resources" else params),
        None if record.key == _OWNER else record.key,
        record.ms,
        output_schema=item.output_schema if whole else None,
        client=record.client or "",
        record=record.id,
    )
    body = record.result if isinstance(record.result, dict) else {"message": _without_answer(record)}
    outcome = Outcome(_KINDS[record.outcome], facts, body)
    return Run(record.id, item.key, record.at, outcome, is_repeatable=is_whole(params), is_whole=whole)


def _without_answer(record: CallRecord) -> str:
    return record.error or "The response is no longer in the history."
