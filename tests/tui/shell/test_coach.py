"""A tour: a step is left by doing what it says, and ``escape`` ends it."""

from __future__ import annotations

from textual.widgets import Input

from mcptui.tui.shell.app import McptuiApp
from mcptui.tui.shell.coach import CoachPanel
from mcptui.tui.shell.options import AppOptions, CoachStep
from tests.support.pilot import press, settle
from tests.support.scenes.app import MakeApp
from tests.support.screens import text_grid

STEPS = (
    CoachStep("Press 5 now.", lambda mode, _: mode == "gateway"),
    CoachStep("Disable all servers.", lambda _, state: not any(server.enabled for server in state.servers.values())),
    CoachStep("Press 2 now.", lambda mode, _: mode == "access"),
)


def with_tour(make_app: MakeApp) -> McptuiApp:
    app = make_app()
    return McptuiApp(app.context, start_gateway=False, watch=False, options=AppOptions(coach=STEPS))


async def test_a_step_is_left_by_doing_it(make_app: MakeApp) -> None:
    app = with_tour(make_app)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "1/3 Press 5 now." in text_grid(app)
        await press(pilot, "5")
        assert "2/3 Disable all servers." in text_grid(app)
        await press(pilot, "2")
        assert "2/3" in text_grid(app), "the second step is not done"
        app.loaded = type(app.loaded)(type(app.state)(), "changed")
        await settle(pilot)
        assert app.coach_step is None, "the last step was done before"
        assert not app.screen.query_one(CoachPanel).display


async def test_escape_ends_it_except_in_a_text_field(make_app: MakeApp) -> None:
    app = with_tour(make_app)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "slash")
        assert isinstance(app.focused, Input)
        await press(pilot, "escape")
        assert "1/3" in text_grid(app)
        await press(pilot, "escape")
        assert "1/3" not in text_grid(app)
        assert "Press 5" not in text_grid(app)
        await press(pilot, "5")
        assert not app.screen.query(CoachPanel)


async def test_no_tour_without_steps(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert not app.screen.query(CoachPanel)
