"""Findings lead to what they are about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual.app import App
from textual.screen import Screen

from mcptui.access.subjects import Ref
from mcptui.tui.access.findings_dialog import FindingsDialog
from mcptui.tui.access.matrix_screen import MatrixScreen
from mcptui.tui.access.screen import AccessScreen
from tests.support.pilot import press, settle
from tests.support.scenes.app import MakeApp
from tests.support.screens import text_grid


def showing(app: App[Any], kind: type[Screen[Any]]) -> bool:
    """Whether a screen of ``kind`` is on top; a function, so that the type checker does not remember."""
    return isinstance(app.screen, kind)


async def test_findings_lead_to_what_they_are_about(make_app: MakeApp, check_screen: Callable[..., None]) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "2", "F")
        assert showing(app, FindingsDialog)
        check_screen(app)
        await press(pilot, "j", "enter")
        screen: Screen[Any] = app.screen
        assert isinstance(screen, AccessScreen)
        assert screen.current == Ref("key", "ci")
        await press(pilot, "F", "G", "enter")
        assert showing(app, MatrixScreen)
        assert "8 subjects × 1 server" in text_grid(app)
