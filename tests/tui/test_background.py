from __future__ import annotations

from textual.app import App
from textual.screen import ModalScreen

from mcptui.tui.background import close_screen


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
