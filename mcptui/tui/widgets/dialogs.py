"""Dialogs: a decision, and a text to read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Button, OptionList, Static, TextArea
from textual.widgets.option_list import Option

from mcptui.protocol.text import visible
from mcptui.tui.keys import meanings
from mcptui.tui.widgets.buttons import ButtonRow, LineButton
from mcptui.tui.widgets.pick_list import PickList
from mcptui.tui.widgets.vim_keys import SCROLL_KEYS


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer of a dialog; ``id`` is what the dialog returns, ``key`` answers it at once."""

    id: str
    label: str
    variant: Literal["default", "primary", "warning", "error"] = "default"
    key: str = ""


CANCEL = Choice("cancel", "Cancel")
#: In a question that is answered by yes or no.
_NO = Choice("cancel", "Cancel", key="n")


class ChoiceDialog(ModalScreen[str]):
    """Asks for one of a few answers; the focus is on the last one, ``escape`` answers "cancel"."""

    VERTICAL_BREAKPOINTS = [(0, "-low"), (20, "-high")]  # noqa: RUF012  Textual declares it as an instance's
    BINDINGS: ClassVar[list[BindingType]] = [
        meanings.BACK.bind("answer('cancel')", "Cancel"),
        meanings.LEFT.bind("app.focus_previous"),
        meanings.UP.only("up").bind("app.focus_previous"),
        meanings.RIGHT.bind("app.focus_next"),
        meanings.DOWN.only("down").bind("app.focus_next"),
    ]
    DEFAULT_CSS = """
    ChoiceDialog { align: center middle; }
    ChoiceDialog > Vertical {
        width: 64; max-width: 90%; height: auto; max-height: 90%; padding: 1 2;
        background: $surface; border: round $primary; border-title-style: bold;
    }
    ChoiceDialog VerticalScroll { height: auto; max-height: 60vh; }
    ChoiceDialog Static { height: auto; }
    ChoiceDialog ButtonRow { margin-top: 1; }
    ChoiceDialog.-low > Vertical { padding: 0 1; }
    ChoiceDialog.-low VerticalScroll { max-height: 40vh; }
    ChoiceDialog.-low ButtonRow { margin-top: 0; }
    """

    def __init__(self, title: str, text: str | Content, choices: Sequence[Choice]) -> None:
        super().__init__()
        self._title = title
        self._text = Content(visible(text)) if isinstance(text, str) else text
        self._choices = tuple(choices)

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = Content(visible(self._title))
            with VerticalScroll(can_focus=False):
                yield Static(self._text)
            with ButtonRow():
                for choice in self._choices:
                    label = f"{choice.label} ({choice.key})" if choice.key else choice.label
                    yield LineButton(label, variant=choice.variant, id=choice.id)

    def on_mount(self) -> None:
        self.first_focus.focus()

    @property
    def first_focus(self) -> Widget:
        """What has the focus when it opens."""
        return self.query_one(f"#{self._choices[-1].id}", Button)

    def on_key(self, event: events.Key) -> None:
        """The key of a choice answers it."""
        for choice in self._choices:
            if choice.key and event.character == choice.key:
                event.stop()
                self.action_answer(choice.id)
                return

    def on_button_pressed(self, event: Button.Pressed) -> None:
        self.action_answer(event.button.id or CANCEL.id)

    def action_answer(self, answer: str) -> None:
        """Close with ``answer``."""
        self.dismiss(answer)


class ConfirmDialog(ChoiceDialog):
    """Asks before something is lost; the focus is on Cancel. Returns "confirm" or "cancel"."""

    def __init__(self, title: str, text: str | Content, confirm: str) -> None:
        super().__init__(title, text, [Choice("confirm", confirm, "error", key="y"), _NO])


class PickDialog(ModalScreen[str | None]):
    """Asks for one of several things, one a line; None when it is closed."""

    #: What stands below them.
    KEYS: ClassVar[str] = "enter select · esc close"
    BINDINGS: ClassVar[list[BindingType]] = [meanings.BACK.bind("close", "Close")]
    DEFAULT_CSS = """
    PickDialog { align: center middle; }
    PickDialog > PickList {
        width: 76; max-width: 94%; height: auto; max-height: 80%; padding: 1 2;
        background: $surface; border: round $primary; border-title-style: bold;
        &:focus { border: round $primary; }
    }
    """

    def __init__(self, title: str, choices: Sequence[Choice], *, at: int = 0) -> None:
        super().__init__()
        self._title = title
        self._choices = tuple(choices)
        self._at = at

    def compose(self) -> ComposeResult:
        options = PickList(*(Option(Content(visible(choice.label)), id=choice.id) for choice in self._choices))
        options.border_title = Content(visible(self._title))
        options.border_subtitle = Content(self.KEYS)
        options.highlighted = self._at
        yield options

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss(event.option_id)

    def action_close(self) -> None:
        """Close without a choice."""
        self.dismiss(None)


class TextDialog(ModalScreen[None]):
    """A text to read, scroll and copy, taken literally."""

    BINDINGS: ClassVar[list[BindingType]] = [
        meanings.CLOSE.bind("close", "Close"),
        meanings.COPY.bind("copy", "Copy"),
        *SCROLL_KEYS,
    ]
    DEFAULT_CSS = """
    TextDialog { align: center middle; }
    TextDialog > TextArea {
        width: 90%; height: 85%; background: $surface; border: round $primary; border-title-style: bold;
        padding: 0 1; scrollbar-size-vertical: 1;
        &:focus { border: round $primary; }
    }
    """

    def __init__(self, title: str, text: str, *, language: str | None = None) -> None:
        super().__init__()
        self._title = title
        self._text = visible(text)
        self._language = language

    def compose(self) -> ComposeResult:
        area = TextArea(
            self._text, language=self._language, read_only=True, soft_wrap=True, show_cursor=False, theme="css"
        )
        area.border_title = Content(visible(self._title))
        area.border_subtitle = Content("y copy · esc close")
        yield area

    def action_close(self) -> None:
        """Back to where it was opened."""
        self.dismiss(None)

    def action_copy(self) -> None:
        """Copy the whole text through the terminal."""
        self.app.copy_to_clipboard(self._text)
        self.notify(f"Copied, {len(self._text)} characters", markup=False)

    def action_scroll_down(self) -> None:
        self.query_one(TextArea).action_scroll_down()

    def action_scroll_up(self) -> None:
        self.query_one(TextArea).action_scroll_up()

    def action_scroll_home(self) -> None:
        self.query_one(TextArea).action_scroll_home()

    def action_scroll_end(self) -> None:
        self.query_one(TextArea).action_scroll_end()

    def action_page_down(self) -> None:
        self.query_one(TextArea).action_page_down()

    def action_page_up(self) -> None:
        self.query_one(TextArea).action_page_up()
