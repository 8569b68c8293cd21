"""The editor for what no other can show."""

from __future__ import annotations

from textual.widgets import TextArea

from mcptui.tui.form.json_editor import JsonEditor
from tests.support.form_app import FormApp, schema_of


async def test_json_fields() -> None:
    app = FormApp(schema_of(m={"type": "object", "additionalProperties": True}) | {"required": ["m"]}, {})
    async with app.run_test() as pilot:
        assert app.form.read().value == {"m": {}}
        area = app.query_one(JsonEditor).query_one(TextArea)
        area.text = '{"a": }'
        await pilot.pause()
        reading = app.form.read()
        assert reading.lossy
        assert "line 1, column 7" in str(reading.problems[0])
        area.text = ""
        await pilot.pause()
        assert [str(problem) for problem in app.form.read().problems] == ["m: required"]
