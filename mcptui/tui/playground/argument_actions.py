"""The arguments in the Test mode: previous ones, examples, collections."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path

from mcptui.model.runtime import Json
from mcptui.protocol.text import one_line
from mcptui.schema import UNSET
from mcptui.services.collections.file import add_call
from mcptui.tui.background import background
from mcptui.tui.playground.earlier import EarlierDialog
from mcptui.tui.playground.examples import FILE_NAME, Examples
from mcptui.tui.playground.items import Item
from mcptui.tui.playground.result_actions import ResultActions
from mcptui.tui.playground.runs import Run
from mcptui.tui.playground.saved_calls import saved_call
from mcptui.tui.widgets.dialogs import Choice, PickDialog
from mcptui.tui.widgets.input_dialog import InputDialog


class ArgumentActions(ResultActions):
    """The part of the Test mode that fills in and saves arguments."""

    async def action_toggle_json(self) -> None:
        """Show the arguments as form or as JSON."""
        await self.form.arguments.toggle()

    @background(group="recall", exclusive=True)
    async def action_recall(self) -> None:
        """Fill in what was run before, in this run of the app or else in earlier ones."""
        if (item := self.item) is None:
            return
        memory = self.form.memory
        if not memory.has_run(item.key):
            for run in reversed(await self.earlier.recorded(item)):
                if run.is_repeatable and item.tab != "resources":
                    memory.ran(item.key, run.outcome.facts.arguments)
        arguments = memory.recall(item.key)
        if arguments is UNSET:
            self.form.run_bar.say("no previous arguments")
        else:
            await self._fill_in(item, arguments)

    async def _fill_in(self, item: Item, arguments: Json) -> None:
        await self.form.fill_in(item, arguments)
        self.form.arguments.focus_first()

    @background(group="dialog")
    async def action_earlier(self) -> None:
        """Choose an example or an earlier run."""
        if (item := self.item) is None:
            return
        examples = await asyncio.to_thread(self._examples.of, item.key)
        runs = await self.earlier.of(item)
        today = datetime.fromtimestamp(self.context.clock()).astimezone().date()
        choice = await self.app.push_screen_wait(EarlierDialog(item.name, examples, runs, today))
        if choice is None:
            return
        if choice.what == "delete" and choice.example is not None:
            await asyncio.to_thread(self._examples.remove, item.key, choice.example)
            self.app.say(f"Example {choice.example} deleted")
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
            self.app.say("Its arguments were redacted or truncated and cannot be reused.")
        self.show_outcome(run.outcome)

    def _compare_with(self, run: Run) -> None:
        if self.outcome is None:
            self.app.say("There is no result to compare it with. Run the tool first.")
        elif not run.is_whole:
            self.app.say("That result was redacted or truncated and cannot be compared.")
        else:
            self.show_difference(run.outcome, self.outcome)

    @background(group="dialog")
    async def action_save_example(self) -> None:
        """Keep the arguments under a name."""
        if (item := self.item) is None or (reading := self.form.arguments.read(complete=False)).lossy:
            return
        text = f"Name for these arguments of {one_line(item.name, limit=60)}. They are saved in plain text."
        if (name := await self.app.push_screen_wait(InputDialog("Save as an example", text))) is not None:
            await asyncio.to_thread(self._examples.save, item.key, name, reading.value)
            self.app.say(f"Example {name} saved; alt+h lists it")

    @background(group="dialog")
    async def action_save_call(self) -> None:
        """Save the call of the form to a collection."""
        if (item := self.item) is None or (reading := self.form.arguments.read(complete=False)).lossy:
            return
        request = item.request(reading.value)
        shown = self.outcome if self.outcome is not None and self.outcome.facts.request == request else None
        what = "The shown result is its expectation." if shown is not None else "It is expected to succeed."
        proposal = str(self.context.workspace.paths.calls_dir / f"{item.server or 'calls'}.toml")
        text = f"File of the collection, run by mcptui check. The arguments are saved in plain text. {what}"
        if (file := await self.app.push_screen_wait(InputDialog("Save to a collection", text, proposal))) is None:
            return
        text = f"Name of this call of {one_line(item.name, limit=60)}; one of that name is replaced."
        if (
            name := await self.app.push_screen_wait(InputDialog("Save to a collection", text, item.name_there))
        ) is None:
            return
        call = saved_call(item, request, name, self.app.testing_key, shown)
        await asyncio.to_thread(add_call, Path(file).expanduser(), call)
        self.app.say(f"Call {name} saved to {file}")

    @background(group="dialog")
    async def action_run_both(self) -> None:
        """Run the call as the key of the mode and as another one, and compare the results."""
        mine = self.app.testing_key
        others = [name for name in (None, *self.state.keys) if name != mine]
        choices = [Choice(f"as-{place}", f"key {name}" if name else "owner") for place, name in enumerate(others)]
        if not choices:
            self.app.say("There is no other key.")
            return
        answer = await self.app.push_screen_wait(PickDialog("Compare with the result of …", choices))
        if answer is not None:
            self.form.run_as([mine, others[int(answer.removeprefix("as-"))]])

    @property
    def _examples(self) -> Examples:
        return Examples(self.context.workspace.paths.state_dir / FILE_NAME)
