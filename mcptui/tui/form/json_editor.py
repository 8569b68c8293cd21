"""The editor for what no other editor can show: JSON text."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.widgets import Static, TextArea

from mcptui.protocol.text import visible
from mcptui.schema import (
    UNSET,
    Field,
    JsonField,
    JsonTextError,
    MaybeJson,
    Problem,
    parse_json,
    skeleton,
)
from mcptui.tui.form.editor import Editor, Path
from mcptui.tui.form.text import ValueArea
from mcptui.tui.text.tone import toned
from mcptui.tui.widgets.json_area import editable


class JsonEditor(Editor):
    """JSON text; an empty one is an unset field. A required field starts with a skeleton."""

    DEFAULT_CSS = """
    JsonEditor > TextArea { height: auto; min-height: 3; max-height: 12; }
    """

    def __init__(self, field: Field, value: MaybeJson) -> None:
        super().__init__()
        if value is UNSET and field.required:
            value = skeleton(field)
        self._reason = field.reason if isinstance(field, JsonField) else "this value does not fit the field"
        text = "" if value is UNSET or (value is None and field.nullable) else editable(value)
        self._area = ValueArea(text, language="json", compact=True, placeholder="JSON")

    def compose(self) -> ComposeResult:
        if self._reason:
            yield Static(toned(f"as JSON: {visible(self._reason)}", "muted"))
        yield self._area

    @property
    def is_set(self) -> bool:
        return bool(self._area.text.strip())

    def read(self, path: Path, problems: list[Problem]) -> MaybeJson:
        if not self.is_set:
            return UNSET
        try:
            return parse_json(self._area.text)
        except JsonTextError as error:
            problems.append(Problem(path, str(error)))
            return UNSET

    def clear(self) -> None:
        with self.prevent(TextArea.Changed):
            self._area.text = ""

    @on(TextArea.Changed)
    def _area_changed(self, event: TextArea.Changed) -> None:
        event.stop()
        self.changed()
