"""One of a few values on one line: a single widget, where a Select is half a dozen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from textual import events
from textual.binding import BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from mcptui.protocol.text import one_line
from mcptui.tui.background import background
from mcptui.tui.keys import meanings
from mcptui.tui.widgets.dialogs import Choice, PickDialog

_ARROW = "▼"


class ChoiceLine(Widget, can_focus=True):
    """Shows the chosen value; ``enter``, ``space`` or a click lists all of them, ``left`` and ``right`` step.

    Args:
        title: of the list.
        options: values and the words for them.
        value: which of them is chosen to begin with; None for the first one.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        meanings.OPEN.bind("choose", "Choose"),
        meanings.TOGGLE.bind("choose", "Choose"),
        meanings.RIGHT.only("right").bind("step(1)"),
        meanings.LEFT.only("left").bind("step(-1)"),
    ]
    DEFAULT_CSS = """
    ChoiceLine { height: 1; width: 1fr; background: $panel; }
    ChoiceLine:focus { background: $primary 30%; }
    """

    value: reactive[Any] = reactive(None, init=False)

    @dataclass
    class Changed(Message):
        """Another value is chosen."""

        line: ChoiceLine

        @property
        def control(self) -> ChoiceLine:
            return self.line

    def __init__(
        self, title: str, options: Sequence[tuple[Any, str]], value: Any = None, *, id: str | None = None
    ) -> None:
        super().__init__(id=id)
        self._title = title
        self._options = tuple(options)
        self.set_reactive(ChoiceLine.value, self._options[0][0] if value is None else value)

    @property
    def _place(self) -> int:
        return next((place for place, (value, _) in enumerate(self._options) if value == self.value), 0)

    def render(self) -> Content:
        word = one_line(self._options[self._place][1], limit=max(self.size.width - 2, 1))
        return Content(f"{word.ljust(max(self.size.width - 2, 0))} ") + Content.styled(_ARROW, "$foreground-muted")

    def watch_value(self) -> None:
        self.post_message(self.Changed(self))

    def action_step(self, by: int) -> None:
        """The next value, or the one before."""
        self.value = self._options[(self._place + by) % len(self._options)][0]

    @background(group="dialog", exclusive=True)
    async def action_choose(self) -> None:
        """List all values."""
        choices = [Choice(str(place), word) for place, (_, word) in enumerate(self._options)]
        answer = await self.app.push_screen_wait(PickDialog(self._title, choices, at=self._place))
        if answer is not None:
            self.value = self._options[int(answer)][0]

    def on_click(self, event: events.Click) -> None:
        event.stop()
        self.action_choose()
