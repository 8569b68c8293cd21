"""What was run before: in this run of the app, and what the gateway recorded of it and of any client."""

from __future__ import annotations

from collections.abc import Callable

from mcptui.errors import McptuiError, UnreachableError
from mcptui.model.runtime import CallRecord
from mcptui.tui.context import AppContext
from mcptui.tui.playground.items import Item
from mcptui.tui.playground.outcome import Outcome
from mcptui.tui.playground.recorded import record_of, recorded_runs
from mcptui.tui.playground.runs import Run, Runs


class EarlierRuns:
    """Runs of this app, with their results, and those of the gateway's history."""

    def __init__(self, context: AppContext, on_error: Callable[[McptuiError], None]) -> None:
        self._context = context
        self._on_error = on_error
        self._runs = Runs()

    def add(self, item: Item, outcome: Outcome) -> None:
        """A call of ``item`` ended now."""
        self._runs.add(item.key, self._context.clock(), outcome)

    def before(self, item: Item, outcome: Outcome) -> Run | None:
        """The run of ``item`` in this app before the one that ended with ``outcome``."""
        return self._runs.before(item.key, outcome)

    async def of(self, item: Item) -> list[Run]:
        """All runs of ``item``, newest first; those of this app come first."""
        return [*self._runs.of(item.key), *await self.recorded(item)]

    async def recorded(self, item: Item) -> list[Run]:
        """What the gateway recorded of ``item`` beyond this run of the app, newest first; nothing without a gateway."""
        names = tuple({item.name, item.name_there} - {""})
        try:
            records = await self._context.gateway.earlier_calls(item.method, item.server, names)
        except UnreachableError:
            return []  # the runs of this app are there without a gateway
        except McptuiError as error:
            self._on_error(error)
            return []
        return recorded_runs(item, records, self._runs.of(item.key))

    async def record_behind(self, item: Item, outcome: Outcome) -> CallRecord | None:
        """What the gateway recorded of the call that ended with ``outcome``; None where it has nothing of it.

        Raises:
            McptuiError: the gateway does not answer, or cannot read its history.
        """
        if (id_ := outcome.facts.record) is not None:
            return await self._context.gateway.recorded_call(id_)
        if (run := self._runs.run_of(outcome)) is None:
            return None
        recent = [record async for record in self._context.gateway.traffic()]
        return record_of(item, run, recent)
