"""One running call: its events, its questions, its end."""

from __future__ import annotations

from collections.abc import Callable

from mcptui.errors import McptuiError
from mcptui.model.runtime import Json, JsonObject
from mcptui.services.ports import GatewayPort
from mcptui.tui.playground.items import Request
from mcptui.tui.playground.outcome import Facts, Outcome
from mcptui.tui.playground.progress import log_line, progress_text


class Call:
    """Runs one request and tells what happens on the way."""

    def __init__(
        self,
        request: Request,
        key: str | None,
        clock: Callable[[], float],
        *,
        on_progress: Callable[[JsonObject], None],
        on_log: Callable[[JsonObject], None] = lambda _: None,
        on_ask: Callable[[JsonObject], object],
        output_schema: Json = None,
        server: str = "",
    ) -> None:
        self.request = request
        self.key = key
        self._on_progress = on_progress
        self._on_log = on_log
        self._on_ask = on_ask
        self._output_schema = output_schema
        self._server = server
        self._log: list[str] = []
        self._clock = clock
        self._started = clock()

    async def run(self, gateway: GatewayPort) -> Outcome:
        """Send the request and follow it to its end."""
        self._started = self._clock()
        try:
            async for event in gateway.call(self.request.method, self.request.params, key=self.key):
                match event.type:
                    case "progress":
                        self._log.append(progress_text(event.value))
                        self._on_progress(event.value)
                    case "log":
                        self._log.append(log_line(event.value))
                        self._on_log(event.value)
                    case "ask":
                        self._on_ask(event.value)
                    case "result":
                        return Outcome.of_result(self._facts(), event.value)
                    case "error":
                        return Outcome.of_error(self._facts(), event.value)
        except McptuiError as error:
            return Outcome.of_failure(self._facts(), error)
        lost = McptuiError("The connection to the gateway ended before a response arrived.", hint="See 5 Gateway.")
        return Outcome.of_failure(self._facts(), lost)

    def cancelled(self) -> Outcome:
        """The outcome of a cancelled call."""
        return Outcome.cancelled(self._facts())

    def _facts(self) -> Facts:
        ms = (self._clock() - self._started) * 1000
        return Facts(self.request, self.key, ms, tuple(self._log), self._output_schema, self._server)
