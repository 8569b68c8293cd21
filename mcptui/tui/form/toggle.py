"""Editors that are one check box, drawn as text."""

from __future__ import annotations

import json
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from mcptui.protocol.text import one_line
from mcptui.schema import UNSET, BooleanField, ConstField, MaybeJson, Problem
from mcptui.tui.form.editor import Editor, Path
from mcptui.tui.keys import meanings
from mcptui.tui.text.tone import toned
from mcptui.tui.widgets.box_list import Box


class BoxLine(Static, can_focus=True):
    """A line that ``space``, ``enter`` or a click presses."""

    ALLOW_SELECT: ClassVar[bool] = False
    DEFAULT_CSS = """
    BoxLine { width: auto; height: 1; padding: 0 1 0 0; }
    BoxLine:focus { background: $block-cursor-background; color: $block-cursor-foreground; text-style: bold; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        meanings.TOGGLE.bind("press", "Change"),
        meanings.OPEN.bind("press", "Change"),
    ]

    class Pressed(Message):
        """The line was pressed."""

    def action_press(self) -> None:
        """Tell the editor around."""
        self.post_message(self.Pressed())

    def on_click(self) -> None:
        self.action_press()


class BooleanEditor(Editor):
    """True, false, unset, in turn."""

    _NEXT: ClassVar[dict[MaybeJson, MaybeJson]] = {UNSET: True, True: False, False: UNSET}
    _SHOWN: ClassVar[dict[MaybeJson, tuple[Box, str]]] = {
        UNSET: (Box.SILENT, "unset"),
        True: (Box.ON, "true"),
        False: (Box.OFF, "false"),
    }

    def __init__(self, field: BooleanField, value: MaybeJson) -> None:
        super().__init__()
        self._value: MaybeJson = UNSET if value is None else value
        self._is_null = False
        self._line = BoxLine(self._content())

    def compose(self) -> ComposeResult:
        yield self._line

    @property
    def is_set(self) -> bool:
        return self._value is not UNSET

    def show_null(self, is_null: bool) -> None:
        self._is_null = is_null
        self._line.update(self._content())

    def describe(self) -> str:
        return "unset" if self._value is UNSET else ""

    def read(self, path: Path, problems: list[Problem]) -> MaybeJson:
        return self._value

    def clear(self) -> None:
        self._set(UNSET)

    def on_box_line_pressed(self, event: BoxLine.Pressed) -> None:
        event.stop()
        self._set(self._NEXT[self._value])
        self.changed()

    def _set(self, value: MaybeJson) -> None:
        self._value = value
        self._line.update(self._content())

    def _content(self) -> Content:
        box, word = (Box.SILENT, "null") if self._is_null else self._SHOWN[self._value]
        return Content(f"{box.value} {word}")


class ConstEditor(Editor):
    """A fixed value that is sent or not."""

    def __init__(self, field: ConstField, value: MaybeJson) -> None:
        super().__init__()
        self._field = field
        self._is_set = field.required or value is not UNSET
        self._line = BoxLine(self._content())

    def compose(self) -> ComposeResult:
        yield self._line

    @property
    def is_set(self) -> bool:
        return self._is_set

    def read(self, path: Path, problems: list[Problem]) -> MaybeJson:
        return self._field.value if self._is_set else UNSET

    def clear(self) -> None:
        self._set(self._field.required)

    def on_box_line_pressed(self, event: BoxLine.Pressed) -> None:
        event.stop()
        self._set(self._field.required or not self._is_set)
        self.changed()

    def _set(self, is_set: bool) -> None:
        self._is_set = is_set
        self._line.update(self._content())

    def _content(self) -> Content:
        box = Box.ON if self._is_set else Box.SILENT
        text = one_line(json.dumps(self._field.value, ensure_ascii=False), limit=80)
        return Content(f"{box.value} ") + toned(text)
