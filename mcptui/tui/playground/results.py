"""What becomes of a result in the Test mode: it is copied, saved, compared, looked into."""

from __future__ import annotations

import asyncio
from pathlib import Path

from mcptui.model.runtime import CallRecord
from mcptui.protocol.text import one_line, visible
from mcptui.services.access import grant_missing
from mcptui.tui.background import background
from mcptui.tui.gateway.call_view import call_content
from mcptui.tui.gateway.calls import call_title
from mcptui.tui.playground.copies import command_line, curl, pytest_function, python
from mcptui.tui.playground.differences import difference
from mcptui.tui.playground.items import Item, Request
from mcptui.tui.playground.json_lines import json_path, text_of
from mcptui.tui.playground.lists import ListsScreen
from mcptui.tui.playground.outcome import Outcome
from mcptui.tui.playground.recorded import record_of
from mcptui.tui.playground.runs import Runs
from mcptui.tui.playground.saving import file_name, savables, save
from mcptui.tui.widgets.dialogs import Choice, PickDialog, TextDialog
from mcptui.tui.widgets.input_dialog import InputDialog


class ResultsScreen(ListsScreen):
    """Lists, form and the result that is shown; what runs a call comes with :class:`PlaygroundScreen`."""

    def __init__(self) -> None:
        super().__init__()
        self._runs = Runs()

    @property
    def outcome(self) -> Outcome | None:
        """The result that is shown."""
        return self.result.outcome

    @property
    def has_outcome(self) -> bool:
        """Whether a result is shown."""
        return self.outcome is not None

    @property
    def shows_json(self) -> bool:
        """Whether the result that is shown is JSON."""
        return self.result.is_json

    @property
    def text(self) -> str:
        return self.result.current_text()

    def action_diff_results(self) -> None:
        """Compare the shown result with the one before it."""
        if self.item is None or self.outcome is None:
            return
        before = self._runs.before(self.item.key, self.outcome)
        if before is None:
            self.app.say("There is no earlier result of this to compare with.")
        else:
            self._show_difference(before.outcome, self.outcome)

    def _show_difference(self, before: Outcome, after: Outcome) -> None:
        self.app.push_screen(TextDialog("Difference", difference(before, after)))

    @background(group="dialog")
    async def action_save_result(self) -> None:
        """Write the result, or something binary in it, to a file."""
        if self.outcome is None or self.item is None:
            return
        name, files = self.item.name, savables(self.outcome)
        choices = [Choice(f"file-{n}", one_line(file.label, limit=40)) for n, file in enumerate(files)]
        if (answer := await self.app.push_screen_wait(PickDialog("Save what?", choices))) is None:
            return
        file = files[int(answer.removeprefix("file-"))]
        proposal = str(Path.cwd() / file_name(name, file.suffix))
        path = await self.app.push_screen_wait(
            InputDialog("Save to", "Where to write it; no file is replaced.", proposal)
        )
        if path is not None:
            saved = await asyncio.to_thread(save, path, file.data)
            self.app.say(f"Saved {saved}")

    def action_copy_result(self) -> None:
        """Copy the whole text of the shown view."""
        self._copy(self.result.current_text())

    def action_copy_path(self) -> None:
        """Copy where the value under the cursor stands."""
        self._copy(json_path(self.result.place))

    def action_copy_value(self) -> None:
        """Copy the value under the cursor."""
        if self.outcome is not None:
            self._copy(visible(text_of(self.outcome.body, self.result.place)))

    def action_copy_command(self) -> None:
        """Copy the call as a command line."""
        if self.item is not None and (request := self._request()) is not None:
            self._copy(command_line(self.item, request, self.app.testing_key))

    def action_copy_curl(self) -> None:
        """Copy the call as curl; the key stays out of it."""
        if (request := self._request()) is not None:
            self._copy(curl(request, self.state.gateway.base_url))

    def action_copy_python(self) -> None:
        """Copy the call as a Python program; the key stays out of it."""
        if (request := self._request()) is not None:
            self._copy(python(request, self.state.gateway.base_url))

    def action_copy_test(self) -> None:
        """Copy the call as a test; it expects the shown result, if that is one of this call."""
        if self.item is not None and (request := self._request()) is not None:
            shown = self.outcome
            outcome = shown if shown is not None and shown.facts.request == request else None
            self._copy(pytest_function(self.item, request, outcome, self.state.gateway.base_url))

    @background(group="dialog")
    async def action_inspect(self) -> None:
        """Show the recorded call behind the result, as the Gateway mode shows it."""
        if self.item is None or self.outcome is None:
            return
        record = await self._record(self.item, self.outcome)
        if record is None:
            self.app.say("This call was not recorded: it did not reach the gateway, or is too old.")
            return
        content = call_content(record, grant_missing(self.state, record))
        self.app.push_screen(TextDialog(call_title(record), content.plain))

    async def _record(self, item: Item, outcome: Outcome) -> CallRecord | None:
        if (id_ := outcome.facts.record) is not None:
            return await self.context.gateway.recorded_call(id_)
        if (run := self._runs.run_of(outcome)) is None:
            return None
        recent = [record async for record in self.context.gateway.traffic()]
        return record_of(item, run, recent)

    def action_zoom(self) -> None:
        """Give the result more room, or less."""
        self.toggle_class("-zoomed")

    def _request(self) -> Request | None:
        if self.item is None:
            return None
        reading = self.arguments.read(complete=False)
        return None if reading.lossy else self.item.request(reading.value)

    def _copy(self, text: str) -> None:
        self.app.copy_to_clipboard(text)
        self.app.say(f"Copied, {len(text)} characters")
