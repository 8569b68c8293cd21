"""JSON that is edited."""

from __future__ import annotations

import json

from hypothesis import given
from textual.app import App, ComposeResult

from mcptui.protocol.text import UNSAFE
from mcptui.schema import Json
from mcptui.tui.widgets.json_area import JsonArea, editable
from tests.support.schemas import JSON_VALUES


@given(JSON_VALUES)
def test_what_is_edited_is_the_same_value_and_nothing_in_it_is_invisible(value: Json) -> None:
    text = editable(value)
    assert json.loads(text) == value
    assert UNSAFE.search(text) is None


class AreaApp(App[None]):
    """Only JSON."""

    def compose(self) -> ComposeResult:
        yield JsonArea('{"a": 1}', language="json")


async def test_colours_follow_the_theme() -> None:
    app = AreaApp()
    async with app.run_test() as pilot:
        area = app.query_one(JsonArea)
        seen = [area.theme]
        app.theme = "textual-light"
        await pilot.pause()
        seen.append(area.theme)
        app.theme = "textual-dark"
        await pilot.pause()
        seen.append(area.theme)
    assert seen == ["json-textual-dark", "json-textual-light", "json-textual-dark"]
