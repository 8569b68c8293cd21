"""What is styled when, and that all looks as it did when everything was styled at every occasion."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from textual.app import App, ComposeResult
from textual.containers import Vertical
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.dom import DOMNode
from textual.screen import Screen
from textual.validation import Integer
from textual.widgets import Input, Static

import mcptui.tui.shell.app  # noqa: F401  styles once
from tests.support.pilot import settle
from tests.support.quiet import draw


class Framed(App[None]):
    CSS = """
    Vertical { border: solid red; height: auto; }
    Vertical:focus-within { border: solid lime; }
    .-odd > .input--placeholder { color: lime; }
    """

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Input(placeholder="one", id="one", compact=True)
            yield Input(placeholder="two", id="two", compact=True)
            yield Static("a text")
        yield Input(id="outside", compact=True)

    def field(self, name: str) -> Input:
        return self.query_one(f"#{name}", Input)

    @property
    def frame(self) -> str:
        return str(self.query_one(Vertical).styles.border.top[1].hex)


class Depending(Framed):
    CSS = f"{Framed.CSS} Vertical:focus-within Static {{ color: lime; }}"


@contextmanager
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[Counter[str]]:
    """How often widgets are styled, by their type."""
    found: Counter[str] = Counter()
    apply = Stylesheet.apply

    def count(sheet: Stylesheet, node: DOMNode, **options: Any) -> None:
        found[type(node).__name__] += 1
        apply(sheet, node, **options)

    with monkeypatch.context() as patched:
        patched.setattr(Stylesheet, "apply", count)
        yield found


def test_a_rule_is_looked_up_by_its_identity() -> None:
    one, other = RuleSet(), RuleSet()
    assert one == other
    assert len({one, other, one}) == 2


async def test_a_new_screen_is_styled_once(monkeypatch: pytest.MonkeyPatch) -> None:
    app = Framed()
    async with app.run_test(size=(40, 12)) as pilot:
        await settle(pilot)
        screen: Screen[None] = Screen()
        with counted(monkeypatch) as styled:
            await app.push_screen(screen)
            await screen.mount(Vertical(Static("a"), Static("b"), Input(compact=True, disabled=True)))
            await settle(pilot)
        assert styled["Static"] == 2
        assert styled["Input"] == 1
        assert styled["DOMNode"] == 0


async def test_the_parts_of_a_field_are_styled_when_it_is_drawn_and_again_when_they_change() -> None:
    app = Framed()
    async with app.run_test(size=(40, 12)) as pilot:
        await settle(pilot)
        draw(app)
        field = app.field("two")
        before = field.get_component_rich_style("input--placeholder").color
        field.add_class("-odd")
        await settle(pilot)
        after = field.get_component_rich_style("input--placeholder").color
        assert after is not None
        assert after != before
        assert after.triplet is not None
        assert after.triplet.hex == "#00ff00"
        with pytest.raises(KeyError):
            field.get_component_styles("input--unknown")


async def test_a_theme_reaches_screens_that_are_not_shown() -> None:
    app = Framed()
    async with app.run_test(size=(40, 12)) as pilot:
        await settle(pilot)
        below = app.screen
        app.theme = "textual-dark"
        await settle(pilot)
        dark = below.styles.background
        await app.push_screen(Screen())
        await settle(pilot)
        app.theme = "textual-light"
        await settle(pilot)
        await app.pop_screen()
        await settle(pilot)
        assert app.screen is below
        assert below.styles.background != dark


async def test_a_frame_shows_that_the_focus_is_within_without_styling_all_that_it_holds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = Framed()
    async with app.run_test(size=(40, 12)) as pilot:
        await settle(pilot)
        app.field("outside").focus()
        await settle(pilot)
        assert app.frame == "#FF0000"
        with counted(monkeypatch) as styled:
            app.field("one").focus()
            await settle(pilot)
        assert app.frame == "#00FF00"
        assert styled["Static"] == 0
        app.field("outside").focus()
        await settle(pilot)
        assert app.frame == "#FF0000"


async def test_what_depends_on_the_focus_around_it_is_styled_too() -> None:
    app = Depending()
    async with app.run_test(size=(40, 12)) as pilot:
        await settle(pilot)
        app.field("outside").focus()
        await settle(pilot)
        text = app.query_one(Static)
        assert text.styles.color.hex != "#00FF00"
        app.field("one").focus()
        await settle(pilot)
        assert text.styles.color.hex == "#00FF00"
        app.field("outside").focus()
        await settle(pilot)
        assert text.styles.color.hex != "#00FF00"


class Numbers(App[None]):
    def compose(self) -> ComposeResult:
        yield Input(id="text")
        yield Input(id="number", validators=[Integer()])


async def test_only_a_field_with_validators_is_valid_or_not() -> None:
    app = Numbers()
    async with app.run_test() as pilot:
        for name in ("text", "number"):
            app.query_one(f"#{name}", Input).value = "x"
        await settle(pilot)
        text, number = app.query(Input)
        assert not text.classes & {"-valid", "-invalid"}
        assert number.has_class("-invalid")
        number.value = "1"
        await settle(pilot)
        assert number.has_class("-valid")
        assert not number.has_class("-invalid")
