"""What Textual gets wrong, with the widgets that people meet it in."""

from __future__ import annotations

from typing import ClassVar

import pytest
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.events import Key
from textual.widgets import Input, Select, TextArea
from textual.widgets._select import SelectOverlay

import mcptui.tui.shell.app  # noqa: F401  mends
from mcptui.protocol.text import marked
from tests.support.pilot import press, settle
from tests.support.screens import text_grid, unsafe_texts


class Choice(App[None]):
    def compose(self) -> ComposeResult:
        yield Select.from_values(["a", "b"], value="a")


@pytest.mark.parametrize("action", ["page_up", "page_down"])
async def test_paging_in_a_list_that_was_never_shown(action: str) -> None:
    app = Choice()
    async with app.run_test():
        widget = app.query_one(SelectOverlay)
        widget.display = False
        widget.clear_options().add_options(["x", "y"])
        widget.highlighted = 1
        await widget.run_action(action)
        assert widget.highlighted is not None


class Fields(App[None]):
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+c", "count"), Binding("f1", "count")]
    counted = 0

    def action_count(self) -> None:
        self.counted += 1

    def compose(self) -> ComposeResult:
        yield Input()
        yield TextArea()


@pytest.mark.parametrize("kind", [Input, TextArea])
@pytest.mark.parametrize(
    ("keys", "text"),
    [
        ("b a backspace c", "bc"),
        ("b c left a", "bac"),
        ("b home a end c", "abc"),
        ("a b ctrl+u c", "c"),
        ("a left delete b", "b"),
        ("f1 a", "a"),
    ],
)
async def test_keys_of_a_text_field_stay_in_their_order(kind: type[Input | TextArea], keys: str, text: str) -> None:
    app = Fields()
    async with app.run_test() as pilot:
        field = app.query_one(kind)
        field.focus()
        await pilot.pause()
        # As fast as a terminal may send them: the app has all of them before it works on the first.
        for key in keys.split():
            app.post_message(Key(key, key if len(key) == 1 else None))
        await pilot.pause()
        await pilot.pause()
        assert (field.value if isinstance(field, Input) else field.text) == text


@pytest.mark.parametrize("kind", [Input, TextArea])
@pytest.mark.parametrize("key", ["ctrl+c", "f1"])
async def test_a_key_that_a_text_field_does_not_use_is_left_to_others(kind: type[Input | TextArea], key: str) -> None:
    app = Fields()
    async with app.run_test() as pilot:
        app.query_one(kind).focus()
        await pilot.press("a", key)  # nothing is selected that could be copied
        assert app.counted == 1


class Line(App[None]):
    def compose(self) -> ComposeResult:
        yield Input(compact=True)


@pytest.mark.parametrize(
    "text",
    [
        "a\nb",
        "a\r\nb",
        "a\tb",
        "a\x1b[2Jb\x07",
        "a\x85b\u2028c",
        "a\u202eb\u200bc",
        "a" + "\u0301" * 20 + "b",
        "漢\n字",
    ],
    ids=ascii,
)
async def test_a_field_is_one_line_of_signs_and_keeps_what_it_holds(text: str) -> None:
    app = Line()
    async with app.run_test(size=(40, 3)) as pilot:
        field = app.query_one(Input)
        field.value = text
        await settle(pilot)
        assert unsafe_texts(app) == []
        assert text_grid(app).splitlines()[0].strip() == marked(text)
        assert field.value == text


async def test_keys_and_clicks_find_the_place_behind_a_sign() -> None:
    app = Line()
    async with app.run_test(size=(40, 3)) as pilot:
        field = app.query_one(Input)
        field.value = "a\n\tb"
        await settle(pilot)
        await pilot.click(Input, offset=(field.content_region.x - field.region.x + 3, 0))
        assert field.cursor_position == 3
        await press(pilot, "backspace", "backspace", "x")
        assert field.value == "axb"
        await pilot.click(Input, offset=(30, 0))
        assert field.cursor_position == 3
