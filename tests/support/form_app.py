"""An app that is only a form."""

from __future__ import annotations

from typing import Any

from textual.app import App, ComposeResult
from textual.widgets import Static

from mcptui.schema import build
from mcptui.tui.form.row import FieldRow
from mcptui.tui.form.schema_form import SchemaForm


class FormApp(App[None]):
    """Only a form."""

    def __init__(self, schema: Any, value: Any) -> None:
        super().__init__()
        self._schema = schema
        self._value = value

    def compose(self) -> ComposeResult:
        yield SchemaForm(build(self._schema), self._value)

    @property
    def form(self) -> SchemaForm:
        return self.query_one(SchemaForm)


def schema_of(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


def header(row: FieldRow) -> str:
    return str(row.query_one(".field-header", Static).content)
