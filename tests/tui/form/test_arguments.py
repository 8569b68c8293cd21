"""Form and JSON: nothing is lost between them."""

from __future__ import annotations

from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static, TextArea

from mcptui.schema import build, parse_json
from mcptui.tui.form.arguments import ArgumentsEditor

SCHEMA = {"type": "object", "properties": {"a": {"type": "string"}, "n": {"type": "integer"}}, "required": ["a"]}


class ArgumentsApp(App[None]):
    """Only an editor."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+t", "other_side")]

    def compose(self) -> ComposeResult:
        yield ArgumentsEditor()

    async def action_other_side(self) -> None:
        await self.editor.toggle()

    @property
    def editor(self) -> ArgumentsEditor:
        return self.query_one(ArgumentsEditor)

    @property
    def area(self) -> TextArea:
        return self.query_one("#json-text", TextArea)

    @property
    def problem(self) -> str:
        return str(self.query_one(".json-problem", Static).content)


def side(app: ArgumentsApp) -> str:
    return "json" if app.editor.is_json else "form"


async def test_everything_survives_both_ways() -> None:
    app = ArgumentsApp()
    async with app.run_test() as pilot:
        await app.editor.load(build(SCHEMA), {"unknown": [1], "a": ""})
        app.editor.focus_first()
        await pilot.press("ctrl+t")
        assert side(app) == "json"
        assert parse_json(app.area.text) == {"unknown": [1], "a": ""}
        app.area.text = '{"n": "odd", "z": null}'
        await pilot.press("ctrl+t")
        assert side(app) == "form"
        assert app.editor.read(complete=False).value == {"n": "odd", "z": None}
        await pilot.press("ctrl+t")
        assert parse_json(app.area.text) == {"n": "odd", "z": None}


async def test_broken_json_stays_with_line_and_column() -> None:
    app = ArgumentsApp()
    async with app.run_test() as pilot:
        await app.editor.load(build(SCHEMA), {})
        app.editor.focus_first()
        await pilot.press("ctrl+t")
        app.area.text = '{\n "a": ,\n}'
        await pilot.press("ctrl+t")
        assert app.editor.is_json
        assert "line 2, column 7" in app.problem
        assert app.area.cursor_location == (1, 6)
        assert app.editor.read().lossy
        await pilot.press("x")
        assert app.problem == ""


async def test_a_field_that_is_no_number_stays_in_the_form() -> None:
    app = ArgumentsApp()
    async with app.run_test() as pilot:
        await app.editor.load(build(SCHEMA), {})
        app.editor.focus_first()
        await pilot.press("tab", "x", "ctrl+t")
        assert not app.editor.is_json
        await pilot.press("backspace", "5", "ctrl+t")
        assert parse_json(app.area.text) == {"n": 5}


async def test_json_sends_what_the_form_would_refuse() -> None:
    app = ArgumentsApp()
    async with app.run_test() as pilot:
        await app.editor.load(build(SCHEMA), {})
        assert [str(problem) for problem in app.editor.read().problems] == ["a: required"]
        app.editor.focus_first()
        await pilot.press("ctrl+t")
        assert app.editor.read().problems == ()


async def test_loading_keeps_the_side() -> None:
    app = ArgumentsApp()
    async with app.run_test() as pilot:
        app.editor.focus_first()
        await app.editor.toggle()
        await app.editor.load(build(SCHEMA), {"a": "x"})
        await pilot.pause()
        assert app.editor.is_json
        assert parse_json(app.area.text) == {"a": "x"}
