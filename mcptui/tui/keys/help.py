"""The list behind ``?``: every action that is possible now, searchable and executable."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from mcptui.tui.keys.actions import Action, keys_label
from mcptui.tui.text.tone import toned


class ActionList(ModalScreen[str | None]):
    """Returns the id of the chosen action."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "Close", show=False),
        Binding("down", "move('cursor_down')", show=False),
        Binding("up", "move('cursor_up')", show=False),
        Binding("pagedown", "move('page_down')", show=False),
        Binding("pageup", "move('page_up')", show=False),
    ]
    DEFAULT_CSS = """
    ActionList { align: center middle; }
    ActionList > Vertical {
        width: 70; max-width: 94%; height: auto; max-height: 85%;
        background: $surface; border: round $primary; border-title-style: bold; padding: 0 1;
    }
    ActionList Input { margin-bottom: 1; border: none; height: 1; padding: 0 1; background: $boost; }
    ActionList OptionList { height: auto; max-height: 24; border: none; background: transparent; padding: 0; }
    """

    def __init__(self, actions: Sequence[Action]) -> None:
        super().__init__()
        self._actions = tuple(actions)

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = Content("Actions")
            box.border_subtitle = Content("enter run · esc close")
            yield Input(placeholder="search", compact=True)
            yield OptionList(markup=False)

    def on_mount(self) -> None:
        self._show("")

    @on(Input.Changed)
    def _search(self, event: Input.Changed) -> None:
        self._show(event.value)

    @on(Input.Submitted)
    def _run_highlighted(self) -> None:
        options = self.query_one(OptionList)
        if options.highlighted is not None:
            self.dismiss(options.get_option_at_index(options.highlighted).id)

    @on(OptionList.OptionSelected)
    def _run(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option_id)

    def action_move(self, movement: str) -> None:
        """Move the list's cursor while the search field keeps the focus."""
        getattr(self.query_one(OptionList), f"action_{movement}")()

    def action_close(self) -> None:
        """Back without running anything."""
        self.dismiss(None)

    def _show(self, search: str) -> None:
        words = search.casefold().split()
        matching = [
            action
            for action in self._actions
            if all(word in f"{action.title} {action.id} {keys_label(action)}".casefold() for word in words)
        ]
        width = max((len(keys_label(action)) for action in self._actions), default=0)
        options = self.query_one(OptionList)
        options.set_options(
            Option(toned(keys_label(action).rjust(width), "accent") + Content(f"  {action.title}"), id=action.id)
            for action in matching
        )
        options.highlighted = 0 if matching else None
