from __future__ import annotations

import pytest
from textual.app import App
from textual.screen import ModalScreen
from textual.widget import Widget

from mcptui.tui.background import background, close_screen
from tests.support.scenes.app import MakeApp


async def test_work_that_ends_late_closes_no_other_screen() -> None:
    app: App[None] = App()
    results: list[int | None] = []
    async with app.run_test():
        first, second = ModalScreen[int](), ModalScreen[int]()
        await app.push_screen(first, results.append)
        await app.push_screen(second, results.append)
        close_screen(first, 1)
        assert app.screen is second
        close_screen(second, 2)
        close_screen(second, 3)
        close_screen(first)
        close_screen(first, 4)
        assert len(app.screen_stack) == 1
    assert results == [2, None]


async def test_an_unexpected_error_is_shown_without_its_values(
    make_app: MakeApp, caplog: pytest.LogCaptureFixture
) -> None:
    class Failing(Widget):
        @background()
        async def fail(self) -> None:
            raise ValueError("canary-7Fh2kQ9x")

    app = make_app()
    async with app.run_test():
        widget = Failing()
        await app.screen.mount(widget)
        await widget.fail().wait()
        (seen,) = app.errors.entries
    assert "Internal error in mcptui: ValueError" in seen.message
    assert seen.details.startswith("ValueError\n")
    assert "unexpected error in" in caplog.text
    assert "canary" not in caplog.text + seen.as_text()


async def test_arguments_are_not_written_out(make_app: MakeApp) -> None:
    class Costly:
        def __repr__(self) -> str:
            raise AssertionError("written out")

    class Working(Widget):
        @background()
        async def work(self, _: Costly) -> None: ...

    app = make_app()
    async with app.run_test():
        widget = Working()
        await app.screen.mount(widget)
        worker = widget.work(Costly())
        await worker.wait()
        assert worker.description.endswith("Working.work")
