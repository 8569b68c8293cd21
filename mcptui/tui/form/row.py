"""One field of a form: label and constraints, description, editor, what is wrong."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from mcptui.protocol.text import one_line, visible
from mcptui.schema import UNSET, ConstField, Field, MaybeJson, Problem
from mcptui.tui.form.editor import Editor, Path
from mcptui.tui.keys import meanings
from mcptui.tui.text.tone import toned


class FieldRow(Vertical):
    """A field; ``delete`` unsets it where the editor has nothing to delete, ``ctrl+n`` makes it null."""

    DEFAULT_CSS = """
    FieldRow { height: auto; margin-bottom: 1; }
    FieldRow.-bare { margin-bottom: 0; }
    FieldRow > .field-description { color: $foreground-muted; height: auto; max-height: 4; }
    FieldRow > .field-problem { color: $text-error; height: auto; display: none; }
    FieldRow.-wrong > .field-problem { display: block; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        meanings.UNSET.bind("unset", "Unset"),
        meanings.NULL.bind("toggle_null", "Null"),
    ]

    def __init__(self, field: Field, editor: Editor, *, is_null: bool, header: bool = True) -> None:
        super().__init__(classes="" if header else "-bare")
        self.field = field
        self.editor = editor
        self.path: Path = ()
        self._is_null = is_null
        editor.show_null(is_null)
        self._has_header = header

    def compose(self) -> ComposeResult:
        if self._has_header:
            yield Static(self._header(), classes="field-header")
            if self.field.description:
                yield Static(Content(visible(self.field.description, limit=1000)), classes="field-description")
        yield self.editor
        yield Static(classes="field-problem")

    def read(self, path: Path, problems: list[Problem]) -> MaybeJson:
        """The value of the field, see :meth:`Editor.read`."""
        self.path = path
        return None if self._is_null else self.editor.read(path, problems)

    def show_problems(self, messages: Iterable[str]) -> None:
        """Show what is wrong under the editor; nothing when all is well."""
        text = "\n".join(visible(message, limit=300) for message in messages)
        self.set_class(bool(text), "-wrong")
        if text:
            self.query_children(".field-problem").first(Static).update(toned(f"✗ {text}", "bad"))

    @property
    def is_set(self) -> bool:
        """Whether the field is sent at all."""
        return self._is_null or self.editor.is_set

    def action_unset(self) -> None:
        """Send nothing for this field; an item of a list goes away."""
        if self._has_header:
            self.reset()
        else:
            self.post_message(Editor.Unset(self.editor))

    def reset(self) -> None:
        """Forget the value."""
        self._is_null = False
        self.editor.show_null(False)
        self.editor.clear()
        self._tell()

    def action_toggle_null(self) -> None:
        """Send null, or no longer."""
        if self._is_null:
            self.reset()
        else:
            self.editor.clear()
            self._is_null = True
            self.editor.show_null(True)
            self._tell()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return self.field.nullable if action == "toggle_null" else True

    @on(Editor.Changed)
    def _changed(self, event: Editor.Changed) -> None:
        if event.editor is self.editor and not event.by_row:
            self._is_null = False
            self.editor.show_null(False)
            self.show_problems(())
            self._show_header()

    @on(Editor.Unset)
    def _unset(self, event: Editor.Unset) -> None:
        if self._has_header:
            event.stop()
            self.reset()

    def _tell(self) -> None:
        self.show_problems(())
        self._show_header()
        self.post_message(Editor.Changed(self.editor, by_row=True))

    def _show_header(self) -> None:
        if self._has_header:
            self.query_children(".field-header").first(Static).update(self._header())

    def _header(self) -> Content:
        field = self.field
        name = one_line(field.label, limit=60)
        title = one_line(field.title, limit=60)
        parts = [one_line(field.kind, limit=60), "required" if field.required else ""]
        parts += [one_line(constraint, limit=80) for constraint in field.constraints]
        if title and title.casefold() != name.casefold():
            parts.insert(0, title)
        if field.nullable:
            parts.append("or null: ctrl+n")
        header = toned(name, "strong") + toned(f"  {' · '.join(part for part in parts if part)}", "muted")
        return header + toned(f"  {state}", "accent") if (state := self._state()) else header

    def _state(self) -> str:
        if self._is_null:
            return "= null"
        state = self.editor.describe()
        if state == "unset" and self.field.default is not UNSET and not isinstance(self.field, ConstField):
            return f"unset, default {one_line(json.dumps(self.field.default, ensure_ascii=False), limit=40)}"
        return state
