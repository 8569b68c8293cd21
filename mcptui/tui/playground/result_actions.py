"""The result in the Test mode, and what can be done with it."""

from __future__ import annotations

from typing import Final

from textual import getters

from mcptui.services.access import grant_missing
from mcptui.tui.background import background
from mcptui.tui.gateway.call_view import call_content
from mcptui.tui.gateway.calls import call_title
from mcptui.tui.keys.actions import is_available
from mcptui.tui.keys.finder import Entry
from mcptui.tui.playground.actions import ACTIONS
from mcptui.tui.playground.copies import command_line, curl, pytest_function, python
from mcptui.tui.playground.differences import difference
from mcptui.tui.playground.earlier_runs import EarlierRuns
from mcptui.tui.playground.item_form import ItemForm
from mcptui.tui.playground.items import Item
from mcptui.tui.playground.outcome import Outcome
from mcptui.tui.playground.result_pane import ResultPane
from mcptui.tui.shell.base import ModeScreen
from mcptui.tui.widgets.dialogs import TextDialog

#: What ``Y`` offers, in the order of the actions.
_COPIES: Final = {"copy_path", "copy_value", "copy_command", "copy_curl", "copy_python", "copy_test"}


class ResultActions(ModeScreen):
    """The part of the Test mode that knows the result."""

    form = getters.query_one(ItemForm)
    result = getters.query_one(ResultPane)

    def __init__(self) -> None:
        super().__init__()
        self.earlier = EarlierRuns(self.context, self.app.show_error)

    @property
    def item(self) -> Item | None:
        """The chosen tool, prompt or resource."""
        return self.form.item

    @property
    def outcome(self) -> Outcome | None:
        """The result that is shown."""
        return self.result.outcome

    @property
    def is_calling(self) -> bool:
        """Whether a call runs."""
        return self.form.is_calling

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

    def show_outcome(self, outcome: Outcome) -> None:
        """Show how a call ended."""
        # First its room, then the text: a long one is not wrapped twice.
        self.add_class("-has-result")
        self.result.show(outcome)
        self.refresh_bindings()

    def action_diff_results(self) -> None:
        """Compare the shown result with the one before it."""
        if self.item is None or self.outcome is None:
            return
        before = self.earlier.before(self.item, self.outcome)
        if before is None:
            self.app.say("There is no previous result to compare with.")
        else:
            self.show_difference(before.outcome, self.outcome)

    def show_difference(
        self, before: Outcome, after: Outcome, *, labels: tuple[str, str] = ("before", "after")
    ) -> None:
        """Show how two results differ."""
        self.app.push_screen(TextDialog("Difference", difference(before, after, labels=labels)))

    def action_save_result(self) -> None:
        """Write the result, or something binary in it, to a file."""
        if self.item is not None:
            self.result.save(self.item.name)

    def action_copy_result(self) -> None:
        """Copy the whole text of the shown view."""
        self.copy(self.result.current_text())

    def action_copy_as(self) -> None:
        """Choose what is copied."""
        possible = [each for each in ACTIONS if each.handler in _COPIES and is_available(ACTIONS, each.name, self)]
        self.app.find("Copy", [Entry(title=each.title, run=getattr(self, f"action_{each.name}")) for each in possible])

    def action_copy_path(self) -> None:
        """Copy where the value under the cursor stands."""
        self.copy(self.result.place_text())

    def action_copy_value(self) -> None:
        """Copy the value under the cursor."""
        self.copy(self.result.value_text())

    def action_copy_command(self) -> None:
        """Copy the call as a command line."""
        if self.item is not None and (request := self.form.request()) is not None:
            self.copy(command_line(self.item, request, self.app.testing_key))

    def action_copy_curl(self) -> None:
        """Copy the call as curl; the key stays out of it."""
        if (request := self.form.request()) is not None:
            self.copy(curl(request, self.state.gateway.base_url))

    def action_copy_python(self) -> None:
        """Copy the call as a Python program; the key stays out of it."""
        if (request := self.form.request()) is not None:
            self.copy(python(request, self.state.gateway.base_url))

    def action_copy_test(self) -> None:
        """Copy the call as a test; it expects the shown result, if that is one of this call."""
        if self.item is not None and (request := self.form.request()) is not None:
            shown = self.outcome
            outcome = shown if shown is not None and shown.facts.request == request else None
            self.copy(pytest_function(self.item, request, outcome, self.state.gateway.base_url))

    def copy(self, text: str) -> None:
        """Copy ``text`` and say so."""
        self.app.copy_to_clipboard(text)
        self.app.say(f"Copied, {len(text)} characters")

    @background(group="dialog")
    async def action_inspect(self) -> None:
        """Show the recorded call behind the result, as the Gateway mode shows it."""
        if self.item is None or self.outcome is None:
            return
        record = await self.earlier.record_behind(self.item, self.outcome)
        if record is None:
            self.app.say("No record of this call: it did not reach the gateway, or its record was deleted.")
            return
        content = call_content(record, grant_missing(self.state, record))
        self.app.push_screen(TextDialog(call_title(record), content.plain))
