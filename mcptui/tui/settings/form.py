"""A form of settings: a line for every field, under headings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Container, Horizontal
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Button, Input, Static

from mcptui.protocol.text import visible
from mcptui.tui.settings.fields import FormField, Texts
from mcptui.tui.settings.pairs_field import PairsField
from mcptui.tui.settings.text import Text
from mcptui.tui.widgets.buttons import LineButton
from mcptui.tui.widgets.choice_line import ChoiceLine
from mcptui.tui.widgets.field_keys import LineInput
from mcptui.tui.widgets.secret_field import SecretField

FieldWidget: TypeAlias = Input | ChoiceLine | PairsField


class _Line(NamedTuple):
    """The row of a field, or without a name the heading of a group."""

    group: str
    name: str = ""


class SettingsForm(Container, can_focus=False):
    """Labels, fields and what they count; posts :class:`Changed` when a field is different.

    A field has widgets from when it has an effect beside the others for the first time: most of most forms never have.

    Args:
        fields: in the order of the screen.
        texts: what stands in them at first.
        widgets: for fields that have one of their own, by name.
    """

    DEFAULT_CSS = """
    SettingsForm {
        layout: grid; grid-size: 2; grid-rows: auto; height: auto; scrollbar-size-vertical: 1;
        & .heading {
            column-span: 2; height: auto; padding-top: 1; text-style: bold;
            /* A grid takes its height for the width of the first column. */
            text-wrap: nowrap; text-overflow: ellipsis;
        }
        & .label { color: $foreground-muted; height: 1; }
        & .line { height: 1; width: 1fr; }
        & .beside { color: $foreground-muted; height: 1; width: auto; padding: 0 0 0 1; }
        & .beside > Button { min-width: 5; margin-left: 1; }
        & .problem { column-span: 2; height: auto; color: $text-error; }
        & Input { width: 1fr; background: $panel; border: none; height: 1; padding: 0 1; }
        & Input:focus { background: $primary 30%; }
    }
    """

    class Changed(Message):
        """A field is different."""

    @dataclass
    class Entered(Message):
        """The cursor is in another field."""

        field: FormField

    def __init__(
        self,
        fields: Sequence[FormField],
        texts: Texts,
        *,
        widgets: Mapping[str, Input] | None = None,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self._fields = {field.name: field for field in fields}
        #: What counts for the fields that have no widgets yet.
        self._texts = dict(texts)
        self._special = widgets or {}
        self._widgets: dict[str, FieldWidget] = {}
        #: What is said to be wrong, and the text that it is about.
        self._problems: dict[str, tuple[Static, Text]] = {}
        #: Buttons, with the field that they fill and the text.
        self._suggestions: dict[Button, tuple[str, str]] = {}
        #: Of those that were shown.
        self._lines: dict[_Line, tuple[Widget, ...]] = {}
        self._label_width = max((len(field.title) for field in fields), default=0) + 2
        self.set_styles(f"grid-columns: {self._label_width} 1fr;")

    def _order(self, texts: Texts) -> Iterator[tuple[_Line, bool]]:
        """All lines from top to bottom, and whether each has an effect beside ``texts``, or something below it."""
        shown = {name for name, field in self._fields.items() if field.matters(texts)}
        groups = {self._fields[name].group for name in shown}
        above = {""}
        for name, field in self._fields.items():
            if field.group not in above:
                above.add(field.group)
                yield _Line(field.group), field.group in groups
            yield _Line(field.group, name), name in shown

    def _make(self, line: _Line) -> tuple[Widget, ...]:
        made = tuple(self._row(line.name)) if line.name else (Static(Content(line.group), classes="heading"),)
        self._lines[line] = made
        return made

    def _row(self, name: str) -> Iterable[Widget]:
        field = self._fields[name]
        widget = self._widgets[name] = _widget(field, self._texts[name], self._special.get(name))
        yield Static(Content(field.title), classes="label")
        if field.suggestions:
            buttons: dict[Button, tuple[str, str]] = {
                LineButton(word): (name, text) for word, text in field.suggestions
            }
            self._suggestions |= buttons
            yield Horizontal(widget, Horizontal(*buttons, classes="beside"), classes="line")
        elif field.unit:
            yield Horizontal(widget, Static(Content(field.unit), classes="beside"), classes="line")
        else:
            yield widget

    def compose(self) -> ComposeResult:
        with self.prevent(Input.Changed, ChoiceLine.Changed):
            for line, is_shown in self._order(self._texts):
                if is_shown:
                    yield from self._make(line)

    @property
    def texts(self) -> Texts:
        """What stands in the fields."""
        return {**self._texts, **{name: _text(widget) for name, widget in self._widgets.items()}}

    async def fill(self, texts: Texts) -> None:
        """Show ``texts``."""
        self._texts = dict(texts)
        with self.prevent(Input.Changed, ChoiceLine.Changed):
            for name, widget in self._widgets.items():
                text = texts[name]
                if isinstance(widget, PairsField):
                    await widget.fill(() if isinstance(text, str) else text)
                else:
                    widget.value = str(text)
                if isinstance(widget, SecretField):
                    widget.cover()
        await self._fit(texts)

    async def show_problems(self, problems: Mapping[str, str]) -> None:
        """Say under each field what is wrong with it, until it is edited; put the cursor into the first of them."""
        self.query(".problem").remove()
        self._problems = {}
        texts = self.texts
        await self._fit(texts)
        for name, text in problems.items():
            problem = Static(visible(f"✗ {text}", limit=400), classes="problem", markup=False)
            problem.styles.padding = (0, 0, 0, self._label_width)
            self._problems[name] = problem, texts[name]
            self.mount(problem, after=self._lines[_Line(self._fields[name].group, name)][-1])
        if problems:
            self.focus_field(next(iter(problems)))

    def focus_field(self, name: str) -> None:
        """Put the cursor into a field."""
        self._widgets[name].focus()

    async def _fit(self, texts: Texts) -> None:
        """Show the fields that have an effect beside the others, and the headings with something below them."""
        new: list[Widget] = []
        mounted = []
        with self.prevent(Input.Changed, ChoiceLine.Changed):
            for line, is_shown in self._order(texts):
                if line in self._lines:
                    if new:
                        mounted.append(self.mount(*new, before=self._lines[line][0]))
                        new = []
                    for widget in self._lines[line]:
                        widget.display = is_shown
                elif is_shown:
                    new += self._make(line)
        if new:
            mounted.append(self.mount(*new))
        for each in mounted:
            await each

    @on(Input.Changed)
    @on(ChoiceLine.Changed)
    @on(PairsField.Changed)
    async def _changed(self, event: Message) -> None:
        event.stop()
        texts = self.texts
        for name, (problem, text) in self._problems.items():
            problem.display = texts[name] == text
        await self._fit(texts)
        self.post_message(self.Changed())

    @on(Button.Pressed, ".beside > Button")
    def _suggested(self, event: Button.Pressed) -> None:
        event.stop()
        name, text = self._suggestions[event.button]
        if isinstance(widget := self._widgets[name], Input):
            widget.value = text

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        found = next((name for name, widget in self._widgets.items() if widget in event.widget.ancestors_with_self), "")
        if found:
            self.post_message(self.Entered(self._fields[found]))


def _widget(field: FormField, text: Text, special: Input | None) -> FieldWidget:
    if field.look == "pairs":
        return PairsField(field.placeholders, () if isinstance(text, str) else text, id=field.name)
    value = str(text)
    if special is not None:
        special.value = value
        return special
    if field.look == "secret":
        return SecretField(value, placeholder=field.placeholder, id=field.name, is_secret=field.hides)
    if field.look == "choice":
        return ChoiceLine(field.title, field.choices, value, id=field.name)
    return LineInput(value, placeholder=field.placeholder, compact=True, id=field.name)


def _text(widget: FieldWidget) -> Text:
    return widget.pairs if isinstance(widget, PairsField) else str(widget.value)
