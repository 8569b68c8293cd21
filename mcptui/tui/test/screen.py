"""The Test mode: calls, their results, and what can be done with them."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path
from typing import ClassVar, Final

from textual import on
from textual.binding import BindingType
from textual.widgets import Button
from textual.worker import Worker

from mcptui.history.errors import HistoryError
from mcptui.model.runtime import CallRecord, Json, JsonObject
from mcptui.protocol.text import one_line, visible
from mcptui.schema import UNSET, build
from mcptui.services.access import grant_missing
from mcptui.services.calls import earlier_calls
from mcptui.tui.actions import bindings
from mcptui.tui.ask.desk import QuestionDesk
from mcptui.tui.background import background
from mcptui.tui.form.text import TextEditor
from mcptui.tui.gateway.call_view import call_content
from mcptui.tui.gateway.calls import call_title
from mcptui.tui.test.actions import ACTIONS
from mcptui.tui.test.call import Call
from mcptui.tui.test.completion import Completions
from mcptui.tui.test.copies import command_line, curl, pytest_function, python
from mcptui.tui.test.differences import difference
from mcptui.tui.test.earlier import EarlierDialog
from mcptui.tui.test.examples import FILE_NAME, Examples
from mcptui.tui.test.items import Item, Request, by_name
from mcptui.tui.test.json_lines import json_path, text_of
from mcptui.tui.test.lists import ListsScreen
from mcptui.tui.test.outcome import Outcome
from mcptui.tui.test.recorded import record_of, recorded_runs
from mcptui.tui.test.runs import Run, Runs
from mcptui.tui.test.saving import file_name, savables, save
from mcptui.tui.test.typed_dialog import TypedCallDialog
from mcptui.tui.widgets.dialogs import Choice, ConfirmDialog, PickDialog, TextDialog
from mcptui.tui.widgets.input_dialog import InputDialog

#: A server is asked for proposals when nothing was typed for so long, seconds.
PAUSE: Final = 0.15


class TestScreen(ListsScreen):
    """The Test mode."""

    # pytest would collect a class of this name.
    __test__ = False

    MODE = "test"
    ACTIONS = ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = bindings(ACTIONS)

    def __init__(self) -> None:
        super().__init__()
        self._call: Worker[None] | None = None
        self._desk = QuestionDesk(self)
        self._runs = Runs()
        self._completions = Completions()

    # --- what is going on ---

    @property
    def is_calling(self) -> bool:
        """Whether a call runs."""
        return self._call is not None

    @property
    def sees_something(self) -> bool:
        """Whether there is anything that could be called."""
        return bool(self._items)

    @property
    def outcome(self) -> Outcome | None:
        """The result that is shown."""
        return self.result.outcome

    # --- calls ---

    @on(Button.Pressed, "#run")
    def action_run(self) -> None:
        """Send the request."""
        if self.item is None or self.is_calling or self.arguments.shown_key != self.item.key:
            return  # also while the form is still the one of the item before
        reading = self.arguments.read()
        if reading.problems:
            self.run_bar.say(f"not sent: {one_line(str(reading.problems[0]), limit=80)}")
            return
        self._call = self.run_call(self.item, reading.value)
        self.refresh_bindings()

    @background(group="call")
    async def run_call(self, item: Item, arguments: Json) -> None:
        """One call from question to result."""
        try:
            if item.asks_first and not await self._confirmed(item):
                return
            self._memory.ran(item.key, arguments)
            await self._follow(item, item.request(arguments))
        finally:
            self._call = None
            self.refresh_bindings()

    async def _confirmed(self, item: Item) -> bool:
        text = f"{one_line(item.name, limit=80)} says that it is destructive: it may delete or overwrite something."
        return await self.app.push_screen_wait(ConfirmDialog("Run it?", text, "Run")) == "confirm"

    async def _follow(self, item: Item, request: Request) -> None:
        call = Call(
            request,
            self.app.testing_key,
            self.context.clock,
            on_progress=self.run_bar.progress,
            on_ask=lambda question: self.ask(item.server, question),
            output_schema=item.output_schema,
            server=self._server_words(item.server),
        )
        self.run_bar.start(self.state.servers.get(item.server))
        self._desk.open()
        try:
            self._keep(item, await call.run(self.context.gateway))
        except asyncio.CancelledError:
            if self.is_running:
                self._keep(item, call.cancelled())
            raise
        finally:
            if self.is_running:
                self.run_bar.stop()
                self._desk.close()

    def _server_words(self, name: str) -> str:
        """What the server calls itself, with its version."""
        status = self.app.gateway_view.status
        found = next((server for server in status.servers if server.name == name), None) if status else None
        info = found.server_info if found is not None and found.server_info else {}
        return " ".join(str(info[part]) for part in ("name", "version") if info.get(part))

    def _keep(self, item: Item, outcome: Outcome) -> None:
        self._runs.add(item.key, self.context.clock(), outcome)
        self._show_outcome(outcome)

    def _show_outcome(self, outcome: Outcome) -> None:
        self.result.show(outcome)
        self.add_class("-has-result")
        self.refresh_bindings()

    def action_back(self) -> None:
        """Stop waiting for the running call, and the server is told; without one, go to the list."""
        if self._call is not None:
            self._call.cancel()
        else:
            self.table.table.focus()

    @background(group="ask")
    async def ask(self, server: str, question: JsonObject) -> None:
        """Have the person answer a question of the server."""
        await self._desk.ask(server, question)

    # --- proposals of the server ---

    @on(TextEditor.Typing)
    def _typing(self, event: TextEditor.Typing) -> None:
        event.stop()
        if self.item is not None and self._completions.possible(self.item):
            self.complete(self.item, event.editor, event.argument, event.text)

    @background(group="complete", exclusive=True)
    async def complete(self, item: Item, editor: TextEditor, argument: str, text: str) -> None:
        """Ask the server for values once the person pauses; typing on cancels the question."""
        await asyncio.sleep(PAUSE)
        others = self.arguments.peek().value
        completion = await self._completions.ask(
            self.context.gateway, self.app.testing_key, item, argument, text, others if isinstance(others, dict) else {}
        )
        if editor.is_mounted:
            await editor.propose(text, completion.values, more=completion.more)

    # --- the other actions ---

    async def action_toggle_json(self) -> None:
        """Show the arguments as form or as JSON."""
        await self.arguments.toggle()

    @background(group="dialog")
    async def action_type_call(self) -> None:
        """Type a call on one line; it fills in the form."""
        line = f"{self.item.name} " if self.item is not None and self.item.tab != "resources" else ""
        typed = await self.app.push_screen_wait(TypedCallDialog(by_name(self._items.values()), line))
        if typed is None:
            return
        # As a draft too: the form of another item may be built before or after this.
        self._memory.keep(typed.item.key, typed.arguments)
        self.open_item(typed.item.tab, typed.item.name)
        async with self._building:
            await self.arguments.load(build(typed.item.schema), typed.arguments, key=typed.item.key)
        if typed.run:
            self.action_run()
        else:
            self.run_bar.button.focus()

    @background(group="recall", exclusive=True)
    async def action_recall(self) -> None:
        """Fill in what was run before, in this run of the app or else in earlier ones."""
        if (item := self.item) is None:
            return
        if not self._memory.has_run(item.key):
            for run in reversed(await self._recorded(item)):
                if run.is_repeatable and item.tab != "resources":
                    self._memory.ran(item.key, run.outcome.facts.arguments)
        arguments = self._memory.recall(item.key)
        if arguments is UNSET:
            self.run_bar.say("not run before")
        else:
            await self._fill_in(item, arguments)

    async def _recorded(self, item: Item) -> list[Run]:
        """What the gateway recorded of ``item`` beyond this run of the app, newest first."""
        names = tuple({item.name, item.name_there} - {""})
        try:
            records = await asyncio.to_thread(
                earlier_calls, self.context.workspace.history, item.method, item.server, names
            )
        except HistoryError as error:
            self.app.show_error(error)
            return []
        return recorded_runs(item, records, self._runs.of(item.key))

    @background(group="dialog")
    async def action_earlier(self) -> None:
        """Choose an example or an earlier run."""
        if (item := self.item) is None:
            return
        examples = await asyncio.to_thread(self._examples.of, item.key)
        runs = [*self._runs.of(item.key), *await self._recorded(item)]
        today = datetime.fromtimestamp(self.context.clock()).astimezone().date()
        choice = await self.app.push_screen_wait(EarlierDialog(item.name, examples, runs, today))
        if choice is None:
            return
        if choice.what == "forget" and choice.example is not None:
            await asyncio.to_thread(self._examples.remove, item.key, choice.example)
            self.app.say(f"Example {choice.example} forgotten")
        elif choice.run is None:
            await self._fill_in(item, examples.get(choice.example or ""))
        elif choice.what == "diff":
            self._compare_with(choice.run)
        else:
            await self._bring_back(item, choice.run)

    async def _bring_back(self, item: Item, run: Run) -> None:
        """Show an earlier run, and its arguments where they are known."""
        if run.is_repeatable:
            await self._fill_in(item, run.outcome.facts.arguments)
        else:
            self.app.say("Its arguments were masked or cut when they were recorded: they are not filled in.")
        self._show_outcome(run.outcome)

    def _compare_with(self, run: Run) -> None:
        if self.outcome is None:
            self.app.say("Nothing is shown to compare it with: run it first.")
        elif not run.is_whole:
            self.app.say("That result was masked or cut when it was recorded: it cannot be compared.")
        else:
            self._show_difference(run.outcome, self.outcome)

    @background(group="dialog")
    async def action_save_example(self) -> None:
        """Keep the arguments under a name."""
        if (item := self.item) is None or (reading := self.arguments.read(complete=False)).lossy:
            return
        text = f"A name for these arguments of {one_line(item.name, limit=60)}. They are kept as they stand."
        if (name := await self.app.push_screen_wait(InputDialog("Save as an example", text))) is not None:
            await asyncio.to_thread(self._examples.save, item.key, name, reading.value)
            self.app.say(f"Example {name} saved: ctrl+g brings it back")

    async def _fill_in(self, item: Item, arguments: Json) -> None:
        await self.arguments.load(build(item.schema), arguments, key=item.key)
        self.arguments.focus_first()

    @property
    def _examples(self) -> Examples:
        return Examples(self.context.workspace.paths.state_dir / FILE_NAME)

    # --- what becomes of a result ---

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
            return await asyncio.to_thread(self.context.workspace.history.call, id_)
        if (run := self._runs.run_of(outcome)) is None:
            return None
        recent = [record async for record in self.context.gateway.traffic(follow=False)]
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
