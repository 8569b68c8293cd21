"""Lines of lists that do not wrap."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from mcptui.tui.text.line import line
from mcptui.tui.text.tone import toned
from tests.support.pilot import settle
from tests.support.quiet import draw
from tests.support.screens import text_grid


class ListApp(App[None]):
    CSS = "OptionList { height: auto; max-height: 8; text-wrap: nowrap; text-overflow: ellipsis; }"

    def compose(self) -> ComposeResult:
        yield OptionList(
            *(Option(line(toned(f"{n} ", "muted") + Content("word " * 20))) for n in range(500)), markup=False
        )


async def test_a_long_list_is_not_wrapped_to_know_its_height(monkeypatch: pytest.MonkeyPatch) -> None:
    wrapped: list[str] = []
    wrap = Content._wrap_and_format

    def count(self: Content, *args: object, **options: object) -> object:
        wrapped.append(self.plain)
        return wrap(self, *args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(Content, "_wrap_and_format", count)
    app = ListApp()
    async with app.run_test(size=(40, 12)) as pilot:
        await settle(pilot)
        draw(app)
        assert len(wrapped) < 50
        assert app.query_one(OptionList).virtual_size.height == 500
        assert text_grid(app).splitlines()[1].strip(" │▊▎").startswith("0 word word")


def test_it_keeps_text_and_styles() -> None:
    content = toned("a", "bad") + Content(" b")
    assert line(content).is_same(content)
