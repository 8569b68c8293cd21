"""What every form has to do with every schema: open, hold a value, give it back as form and as JSON."""

from __future__ import annotations

import json
from typing import Any

from textual.app import App, ComposeResult
from textual.widgets import Input, Select, Static, TextArea

from mcptui.schema import UNSET, build
from mcptui.tui.form.arguments import ArgumentsEditor
from mcptui.tui.form.schema_form import SchemaForm
from mcptui.tui.widgets.buttons import LineButton
from tests.support.quiet import quiet


class EditorApp(App[None]):
    """Only the arguments of a call."""

    def compose(self) -> ComposeResult:
        yield ArgumentsEditor()


def holds(read: Any, value: Any) -> bool:
    """Whether nothing of ``value`` is lost, not even a digit; a form may add required values that are fixed."""
    if isinstance(value, dict):
        return isinstance(read, dict) and all(name in read and holds(read[name], part) for name, part in value.items())
    if isinstance(value, list):
        return isinstance(read, list) and len(read) == len(value) and all(map(holds, read, value))
    return json.dumps(read) == json.dumps(value)


def check_round_trip(what: str, schema: Any, value: Any) -> None:
    """A form that was given ``value`` and not touched sends ``value``."""
    problems: list[Any] = []
    read = SchemaForm._make(build(schema), value).read((), problems)
    read = {} if read is UNSET else read
    assert problems == [], what
    assert holds(read, value), f"{what}: {value!r} became {read!r}"


async def open_fill_toggle(app: App[None], what: str, schema: Any, value: Any) -> None:
    """Open a form as a person sees it, fill what can be filled, and go to JSON and back."""
    editor = app.query_one(ArgumentsEditor)
    await editor.load(build(schema), value)
    await quiet(app)
    assert is_drawn(editor), f"{what}: blank"
    before = editor.peek()
    assert not before.lossy, what
    assert value is UNSET or holds(before.value, value), f"{what}: {value!r} became {before.value!r}"
    await _to_json_and_back(app, what, before.value)
    for text in list(editor.form.query(Input)):
        text.value = "7"
    for area in list(editor.form.query(TextArea)):
        area.text = '{"x": [1, null]}'
    for choice in list(editor.form.query(Select)):
        options = choice._options
        if (first := next((option for _, option in options if isinstance(option, int)), None)) is not None:
            choice.value = first
    for button in list(editor.form.query(LineButton).filter(".add"))[:3]:
        button.press()
    await quiet(app)
    filled = editor.peek()
    if not filled.lossy:  # a new item of a list wants a value first
        await _to_json_and_back(app, what, filled.value)


async def _to_json_and_back(app: App[None], what: str, value: Any) -> None:
    editor = app.query_one(ArgumentsEditor)
    for is_json in (True, False):
        await editor.toggle()
        await quiet(app)
        assert editor.is_json is is_json, what
        assert is_drawn(editor), f"{what}: blank"
        there = editor.peek()
        assert not there.lossy, what
        assert holds(there.value, value), f"{what}: {value!r} became {there.value!r}"


def is_drawn(editor: ArgumentsEditor) -> bool:
    """Whether something can be seen, and used or read."""
    if editor.is_json:
        return bool(editor.query_one("#json-text", TextArea).text)
    shown = [widget for widget in editor.form.query("*") if widget.display and widget.size.area]
    return any(widget.focusable or (isinstance(widget, Static) and str(widget.content)) for widget in shown)
