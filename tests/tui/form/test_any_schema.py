"""Forms for whatever schema comes: they open, hold their values, and give them back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from textual.app import App, ComposeResult
from textual.widgets import Input, Select

from mcptui.schema import UNSET, build, same, skeleton
from mcptui.testing.quiet import quiet
from mcptui.testing.schemas import JSON_VALUES, schemas
from mcptui.tui.form.arguments import ArgumentsEditor
from mcptui.tui.form.schema_form import SchemaForm

_SUITE = Path(__file__).parents[2] / "data" / "json-schema-test-suite" / "draft2020-12.json"


class EditorApp(App[None]):
    """Only the arguments of a call."""

    def compose(self) -> ComposeResult:
        yield ArgumentsEditor()


def suite() -> Iterator[tuple[str, Any, list[Any]]]:
    """Name, schema and fitting values of each case of the official test suite."""
    for name, cases in json.loads(_SUITE.read_text(encoding="utf-8")).items():
        for case in cases:
            yield f"{name}: {case['description']}", case["schema"], case["valid"]


def holds(read: Any, value: Any) -> bool:
    """Whether nothing of ``value`` is lost; a form may add required values that are fixed."""
    if isinstance(value, dict):
        return isinstance(read, dict) and all(name in read and holds(read[name], part) for name, part in value.items())
    if isinstance(value, list):
        return isinstance(read, list) and len(read) == len(value) and all(map(holds, read, value))
    return same(read, value)


def check_round_trip(what: str, schema: Any, value: Any) -> None:
    """A form that was given ``value`` and not touched sends ``value``."""
    problems: list[Any] = []
    read = SchemaForm._make(build(schema), value).read((), problems)
    read = {} if read is UNSET else read
    assert problems == [], what
    assert holds(read, value), f"{what}: {value!r} became {read!r}"


async def test_the_schemas_of_the_official_suite_lose_nothing() -> None:
    async with EditorApp().run_test():
        for what, schema, values in suite():
            for value in [*values, skeleton(build(schema)), {}, None, {"unknown": [1, {"x": None}]}]:
                check_round_trip(what, schema, value)


async def test_generated_schemas_lose_nothing() -> None:
    # Hypothesis wants a plain function; the editors want an app around them.
    @settings(suppress_health_check=list(HealthCheck), phases=[Phase.generate])
    @given(schemas(), JSON_VALUES)
    def lose_nothing(schema: Any, value: Any) -> None:
        check_round_trip(repr(schema), schema, value)

    async with EditorApp().run_test():
        lose_nothing()


async def _open_fill_toggle(app: App[None], what: str, schema: Any, value: Any) -> None:
    editor = app.query_one(ArgumentsEditor)
    await editor.load(build(schema), value)
    await quiet(app)
    before = editor.peek()
    assert not before.lossy, what
    assert value is UNSET or holds(before.value, value), f"{what}: {value!r} became {before.value!r}"
    for text in list(editor.form.query(Input))[:3]:
        text.value = "7"
    for choice in list(editor.form.query(Select))[:2]:
        if (first := next((option for _, option in choice._options if isinstance(option, int)), None)) is not None:
            choice.value = first
    await quiet(app)
    filled = editor.peek()
    if filled.lossy:  # "7" is no value of an odd field; the form stays
        return
    await editor.toggle()
    await quiet(app)
    assert editor.is_json, what
    assert same(editor.peek().value, filled.value), what
    await editor.toggle()
    await quiet(app)
    assert editor._switcher.current == "form", what
    assert same(editor.peek().value, filled.value), f"{what}: {filled.value!r} became {editor.peek().value!r}"


@pytest.mark.soak
@pytest.mark.timeout(900)
async def test_the_official_suite_on_the_screen() -> None:
    app = EditorApp()
    async with app.run_test(size=(100, 40)):
        for what, schema, values in suite():
            await _open_fill_toggle(app, what, schema, values[0] if values else UNSET)


@pytest.mark.soak
@pytest.mark.timeout(1800)
async def test_two_thousand_generated_schemas() -> None:
    @settings(suppress_health_check=list(HealthCheck), phases=[Phase.generate], max_examples=2000, database=None)
    @given(schemas(), JSON_VALUES)
    def lose_nothing(schema: Any, value: Any) -> None:
        check_round_trip(repr(schema), schema, value)

    found: list[tuple[Any, Any]] = []

    @settings(suppress_health_check=list(HealthCheck), phases=[Phase.generate], max_examples=300, database=None)
    @given(schemas(), JSON_VALUES)
    def collect(schema: Any, value: Any) -> None:
        found.append((schema, value))

    collect()
    app = EditorApp()
    async with app.run_test(size=(100, 40)):
        lose_nothing()
        for schema, value in found:
            await _open_fill_toggle(app, repr(schema), schema, value)
