"""The Test mode: calls, typed or from the form, and what was called earlier."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import ClassVar, Final

from textual import on
from textual.binding import BindingType
from textual.widgets import Button
from textual.worker import Worker

from mcptui.errors import McptuiError, UnreachableError
from mcptui.model.runtime import Json, JsonObject
from mcptui.protocol.text import one_line
from mcptui.schema import UNSET, build
from mcptui.tui.ask.desk import QuestionDesk
from mcptui.tui.background import background
from mcptui.tui.form.text import TextEditor
from mcptui.tui.keys.actions import bindings
from mcptui.tui.playground.call import Call
from mcptui.tui.playground.completion import Completions
from mcptui.tui.playground.earlier import EarlierDialog
from mcptui.tui.playground.examples import FILE_NAME, Examples
from mcptui.tui.playground.items import Item, Request, by_name
from mcptui.tui.playground.mode import TEST
from mcptui.tui.playground.outcome import Outcome
from mcptui.tui.playground.recorded import recorded_runs
from mcptui.tui.playground.results import ResultsScreen
from mcptui.tui.playground.runs import Run
from mcptui.tui.playground.typed_dialog import TypedCallDialog
from mcptui.tui.widgets.dialogs import ConfirmDialog
from mcptui.tui.widgets.input_dialog import InputDialog

#: A server is asked for proposals when nothing was typed for so long, seconds.
PAUSE: Final = 0.15


class PlaygroundScreen(ResultsScreen):
    """The Test mode."""

    # pytest would collect a class of this name.
    __test__ = False

    MODE = TEST
    ACTIONS = TEST.actions
    BINDINGS: ClassVar[list[BindingType]] = bindings(TEST.actions)

    def __init__(self) -> None:
        super().__init__()
        self._call: Worker[None] | None = None
        self._desk = QuestionDesk(self)
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
            if not await self._confirmed(item):
                return
            self._memory.ran(item.key, arguments)
            await self._follow(item, item.request(arguments))
        finally:
            self._call = None
            self.refresh_bindings()

    async def _confirmed(self, item: Item) -> bool:
        server = self.state.servers.get(item.server)
        in_production = server is not None and server.is_production
        if not (risk := item.risk(in_production=in_production)):
            return True
        where = f"\n\n{item.server} is a server in production." if in_production else ""
        text = f"{one_line(item.name, limit=80)} {risk}.{where}"
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
        # First its room, then the text: a long one is not wrapped twice.
        self.add_class("-has-result")
        self.result.show(outcome)
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
            records = await self.context.gateway.earlier_calls(item.method, item.server, names)
        except UnreachableError:
            return []  # the runs of this app are there without a gateway
        except McptuiError as error:
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
