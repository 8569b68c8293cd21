"""A dialog that makes something new of its settings, or changes it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import ClassVar, Final, TypeAlias

from textual import events, getters, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Static

from mcptui.errors import McptuiError
from mcptui.protocol.text import visible
from mcptui.tui.background import background, close_screen
from mcptui.tui.keys import meanings
from mcptui.tui.settings.fields import FormField, Read, Texts, Values, read, texts_of
from mcptui.tui.settings.form import SettingsForm
from mcptui.tui.shell.shell import Shell
from mcptui.tui.text.tone import toned
from mcptui.tui.widgets.buttons import ButtonRow, LineButton
from mcptui.tui.widgets.dialogs import CANCEL, Choice, ChoiceDialog

#: Saves what the form says; raises McptuiError, which the dialog shows and stays open.
Save: TypeAlias = Callable[[Read], Awaitable[None]]

#: From how many lines on there is room for more space.
_TALL: Final = 30
#: Lines around what scrolls: border, padding, buttons, their margin, and a little of the screen below.
_FRAME: Final = 8
_SHORT_FRAME: Final = 5

_UNSAVED: Final = "The changes in this form are not saved."
_CHOICES: Final = (Choice("discard", "Discard", "error"), CANCEL, Choice("save", "Save", "primary"))


class SettingsDialog(ModalScreen[Values | None]):
    """Returns what was saved, or None.

    Args:
        title: of the dialog.
        fields: in the order of the screen.
        values: what the fields begin with.
        save: keeps it.
        is_new: whether nothing of it is saved yet; else fields that are not edited keep their values.
        note: a text above the fields.
        at: the field that the cursor begins in; "" for the first.
    """

    VERTICAL_BREAKPOINTS = [(0, "-short"), (_TALL, "-tall")]  # noqa: RUF012  Textual declares it as an instance's
    BINDINGS: ClassVar[list[BindingType]] = [
        meanings.BACK.bind("close", "Cancel"),
        meanings.SAVE.bind("save", "Save"),
    ]
    DEFAULT_CSS = """
    SettingsDialog {
        align: center middle;
        & > Vertical {
            width: 76; max-width: 96%; height: auto; padding: 1 2 0 2;
            background: $surface; border: round $primary; border-title-style: bold;
            border-subtitle-color: $foreground-muted;
        }
        & VerticalScroll { height: auto; scrollbar-size-vertical: 1; }
        & .note { height: auto; color: $foreground-muted; margin-bottom: 1; }
        & #failure { color: $text-error; height: auto; display: none; margin-top: 1; }
        & #failure.-shown { display: block; }
        & .buttons { margin: 1 0; }
        &.-short > Vertical { padding: 0 2; }
        &.-short .buttons { margin: 1 0 0 0; }
    }
    """

    app = getters.app(Shell)
    form = getters.query_one(SettingsForm)

    def __init__(
        self,
        title: str,
        fields: Sequence[FormField],
        values: Values,
        save: Save,
        *,
        is_new: bool = False,
        note: str = "",
        at: str = "",
    ) -> None:
        super().__init__()
        self._title = title
        self._fields = fields
        self._before = values
        self._save = save
        self._is_new = is_new
        self._note = note
        self._at = at or fields[0].name
        self._start: Texts = texts_of(fields, values)

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = Content(visible(self._title))
            with VerticalScroll(can_focus=False):
                if self._note:
                    yield Static(Content(self._note), classes="note")
                yield SettingsForm(self._fields, self._start)
                yield from self.compose_more()
                yield Static(id="failure")
            with ButtonRow(classes="buttons"):
                yield LineButton("Save (ctrl+s)", variant="primary", id="save")
                yield LineButton("Cancel (esc)", id="cancel")

    def compose_more(self) -> ComposeResult:
        """What stands below the fields."""
        yield from ()

    def on_mount(self) -> None:
        self.filled()
        self.form.focus_field(self._at)

    def on_resize(self, event: events.Resize) -> None:
        """The buttons stay on the screen, whatever the form takes."""
        frame = _SHORT_FRAME if event.size.height < _TALL else _FRAME
        self.query_one(VerticalScroll).set_styles(f"max-height: {max(event.size.height - frame, 1)};")

    def filled(self) -> None:
        """Called once, when the fields have what they begin with."""

    def read(self) -> Read:
        """What the form says now."""
        return read(self._fields, self.form.texts, None if self._is_new else self._before, self.app.context.now)

    @property
    def is_edited(self) -> bool:
        """Whether the form holds something else than it began with."""
        return self.form.texts != self._start

    @on(SettingsForm.Entered)
    def _say_help(self, event: SettingsForm.Entered) -> None:
        self.query_one(Vertical).border_subtitle = Content(event.field.help)

    @on(Input.Submitted)
    def _to_next(self) -> None:
        self.focus_next()

    @on(Button.Pressed, "#save")
    @background(group="save", exclusive=True)
    async def action_save(self) -> None:
        """Save; what is wrong is shown and the form stays."""
        found = self.read()
        self._say_failure("")
        await self.form.show_problems(found.problems)
        if found.problems:
            return
        try:
            await self._save(found)
        except McptuiError as error:
            self._say_failure(f"✗ {error.message} {error.hint or ''}".strip())
            return
        close_screen(self, found.values)

    @on(Button.Pressed, "#cancel")
    @background(group="close", exclusive=True)
    async def action_close(self) -> None:
        """Leave; asks when there are edits."""
        answer = "discard"
        if self.is_edited:
            answer = await self.app.push_screen_wait(ChoiceDialog("Unsaved changes", _UNSAVED, _CHOICES))
        if answer == "save":
            self.action_save()
        elif answer == "discard":
            close_screen(self)

    def _say_failure(self, text: str) -> None:
        failure = self.query_one("#failure", Static)
        failure.update(toned(visible(text, limit=400), "bad"))
        failure.set_class(bool(text), "-shown")
        if text:
            failure.scroll_visible()
