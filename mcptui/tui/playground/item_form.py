"""The form for one tool, prompt or resource, and the call that is made from it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from textual import getters, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Button, Static
from textual.worker import Worker

from mcptui.model.runtime import Json, JsonObject, ServerNotification
from mcptui.protocol.text import one_line, visible
from mcptui.schema import build
from mcptui.tui.ask.desk import QuestionDesk
from mcptui.tui.background import background
from mcptui.tui.form.arguments import ArgumentsEditor
from mcptui.tui.form.text import TextEditor
from mcptui.tui.playground.call import Call
from mcptui.tui.playground.completion import Completions
from mcptui.tui.playground.items import Item, Request
from mcptui.tui.playground.memory import ArgumentMemory
from mcptui.tui.playground.outcome import Outcome
from mcptui.tui.playground.run_bar import RunBar
from mcptui.tui.shell.shell import Shell
from mcptui.tui.text.tone import toned
from mcptui.tui.widgets.dialogs import ConfirmDialog
from mcptui.tui.widgets.filter_table import REST_SECONDS

#: Completions are requested after this pause in typing, seconds.
PAUSE: Final = 0.15


class ItemForm(Vertical):
    """What an item says about itself, its arguments, and one call at a time; drafts come back with their item."""

    DEFAULT_CSS = """
    ItemForm { height: 1fr; min-height: 6; border: round $border-blurred; border-title-color: $foreground-muted; }
    ItemForm:focus-within { border: round $border; border-title-color: $foreground; border-title-style: bold; }
    ItemForm > #about { height: auto; max-height: 5; padding: 0 1 1 1; }
    ItemForm > ArgumentsEditor { height: 1fr; }
    ItemForm.-none > ArgumentsEditor, ItemForm.-none > RunBar { display: none; }
    """
    app = getters.app(Shell)
    arguments = getters.query_one(ArgumentsEditor)
    run_bar = getters.query_one(RunBar)
    _about = getters.query_one("#about", Static)

    @dataclass
    class Began(Message):
        """A call begins, or the person is asked whether it may."""

    @dataclass
    class Ended(Message):
        """No call runs any more. It has an outcome for each key, none where the person did not confirm."""

        item: Item
        outcomes: Sequence[Outcome]

    @dataclass
    class Heard(Message):
        """The server said something during a call."""

        heard: ServerNotification

    def __init__(self, desk: QuestionDesk) -> None:
        super().__init__(classes="-none")
        self._desk = desk
        self._call: Worker[None] | None = None
        self.item: Item | None = None
        self.memory = ArgumentMemory()
        self._completions = Completions()
        self._building = asyncio.Lock()
        self.border_title = Content("Select a tool")

    def compose(self) -> ComposeResult:
        yield Static(id="about")
        yield ArgumentsEditor()
        yield RunBar()

    @property
    def is_ready(self) -> bool:
        """Whether the form that is shown is the item's, and not still the one of the item before."""
        return self.item is not None and self.arguments.shown_key == self.item.key

    def choose(self, item: Item | None) -> None:
        """Show ``item`` once the cursor rests on it; what was typed for the one before is kept."""
        self._keep_draft()
        self.item = item
        self.show_item(item)

    def _keep_draft(self) -> None:
        if self.item is not None and self.is_ready:
            reading = self.arguments.peek()
            if not reading.lossy:
                self.memory.keep(self.item.key, reading.value)

    @background(group="item")
    async def show_item(self, item: Item | None) -> None:
        """Build the form for ``item``, unless the cursor only passes by."""
        await asyncio.sleep(REST_SECONDS)
        # Not cancelled half-way: Textual would end the widgets that are being removed in a wrong state.
        async with self._building:
            if item is not self.item:
                return
            self.set_class(item is None, "-none")
            self.border_title = Content(one_line(item.name, limit=80) if item else "Select a tool")
            self._about.update(_description(item) if item else Content(""))
            if item is not None:
                await self.arguments.load(build(item.schema), self.memory.draft(item.key), key=item.key)

    async def fill_in(self, item: Item, arguments: Json) -> None:
        """Show ``arguments`` in the form of ``item``."""
        async with self._building:
            await self.arguments.load(build(item.schema), arguments, key=item.key)

    def request(self) -> Request | None:
        """The request as the form stands, complete or not; None where its JSON is none, which the form then says."""
        if self.item is None:
            return None
        reading = self.arguments.read(complete=False)
        return None if reading.lossy else self.item.request(reading.value)

    # --- the call ---

    @property
    def is_calling(self) -> bool:
        """Whether a call runs, or the person is asked about it."""
        return self._call is not None

    @on(Button.Pressed, "#run")
    def run(self) -> None:
        """Send the request as the key of the mode."""
        self.run_as([self.app.testing_key])

    def run_as(self, keys: Sequence[str | None]) -> None:
        """Send the request as each key, unless one is being sent or the form is not complete, which it then says."""
        if self.item is None or self.is_calling or not self.is_ready:
            return
        reading = self.arguments.read()
        if reading.problems:
            self.run_bar.say(f"not sent: {one_line(str(reading.problems[0]), limit=80)}")
            return
        self._call = self.run_call(self.item, reading.value, keys)
        self.post_message(self.Began())

    def cancel(self) -> None:
        """Stop waiting for the running call; the server is told."""
        if self._call is not None:
            self._call.cancel()

    @background(group="call")
    async def run_call(self, item: Item, arguments: Json, keys: Sequence[str | None]) -> None:
        """From the confirmation to the results, of one key after the other."""
        outcomes: list[Outcome] = []
        try:
            if await self._confirmed(item):
                self.memory.ran(item.key, arguments)
                for key in keys:
                    outcomes.append(await self._follow(item, item.request(arguments), key))
                    if outcomes[-1].kind == "cancelled":
                        break
        finally:
            self._call = None
            self.post_message(self.Ended(item, outcomes))

    async def _confirmed(self, item: Item) -> bool:
        server = self.app.state.servers.get(item.server)
        in_production = server is not None and server.is_production
        if not (risk := item.risk(in_production=in_production)):
            return True
        where = f"\n\n{item.server} is a production server." if in_production else ""
        text = f"{one_line(item.name, limit=80)} {risk}.{where}"
        return await self.app.push_screen_wait(ConfirmDialog("Run this tool?", text, "Run")) == "confirm"

    async def _follow(self, item: Item, request: Request, key: str | None) -> Outcome:
        call = Call(
            request,
            key,
            self.app.context.clock,
            on_progress=lambda progress: self._progress(item.server, progress),
            on_log=lambda value: self._hear(item.server, "notifications/message", value),
            on_ask=lambda question: self.ask(item.server, question),
            output_schema=item.output_schema,
            server=self._server_words(item.server),
        )
        self.run_bar.start(self.app.state.servers.get(item.server))
        self._desk.open()
        try:
            return await call.run(self.app.context.gateway)
        except asyncio.CancelledError:
            return call.cancelled()
        finally:
            if self.is_running:
                self.run_bar.stop()
                self._desk.close()

    def _progress(self, server: str, progress: JsonObject) -> None:
        self.run_bar.progress(progress)
        self._hear(server, "notifications/progress", progress)

    def _hear(self, server: str, method: str, params: JsonObject) -> None:
        self.post_message(self.Heard(ServerNotification(method=method, params=params, server=server)))

    def _server_words(self, name: str) -> str:
        """What the server calls itself, with its version."""
        status = self.app.gateway_view.status
        found = next((server for server in status.servers if server.name == name), None) if status else None
        info = found.server_info if found is not None and found.server_info else {}
        return " ".join(str(info[part]) for part in ("name", "version") if info.get(part))

    @background(group="ask")
    async def ask(self, server: str, question: JsonObject) -> None:
        """Have the person answer a question of the server."""
        await self._desk.ask(server, question)

    # --- completions of the server ---

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
        known = others if isinstance(others, dict) else {}
        gateway, key = self.app.context.gateway, self.app.testing_key
        completion = await self._completions.ask(gateway, key, item, argument, text, known)
        if editor.is_mounted:
            await editor.propose(text, completion.values, more=completion.more)


def _description(item: Item) -> Content:
    title = one_line(item.title, limit=80)
    head = [toned(title, "strong")] if title and title != item.name else []
    source = [f"server {item.server}"] if item.server else []
    head.append(toned(one_line(" · ".join([*source, *item.hints]), limit=200), "muted"))
    lines = [Content("  ").join(part for part in head if part)]
    if item.description:
        lines.append(Content(visible(item.description, limit=600)))
    return Content("\n").join(line for line in lines if line)
