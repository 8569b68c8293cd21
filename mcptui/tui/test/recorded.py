"""Calls that the gateway recorded, by this app or any client, as runs to show again and to compare."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from mcptui.model.runtime import CallRecord, JsonObject
from mcptui.model.runtime import Outcome as Recorded
from mcptui.schema import same
from mcptui.services.calls import is_whole
from mcptui.tui.test.items import Item, Request
from mcptui.tui.test.outcome import Facts, Kind, Outcome
from mcptui.tui.test.runs import Run

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
    )
    body = record.result if isinstance(record.result, dict) else {"message": _without_answer(record)}
    outcome = Outcome(_KINDS[record.outcome], facts, body)
    return Run(record.id, item.key, record.at, outcome, is_repeatable=is_whole(params), is_whole=whole)


def _without_answer(record: CallRecord) -> str:
    return record.error or "The answer is no longer kept."
