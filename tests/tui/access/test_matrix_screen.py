"""The matrix of subjects and servers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from textual.app import App
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Input

from mcptui.access.subjects import Ref
from mcptui.tui.access.matrix_screen import MatrixScreen
from mcptui.tui.access.screen import AccessScreen
from mcptui.tui.widgets.dialogs import ChoiceDialog, TextDialog
from tests.support.pilot import press, settle
from tests.support.scenes import data
from tests.support.scenes.app import MakeApp
from tests.support.screens import text_grid


def showing(app: App[Any], kind: type[Screen[Any]]) -> bool:
    """Whether a screen of ``kind`` is on top; a function, so that the type checker does not remember."""
    return isinstance(app.screen, kind)


async def open_matrix(pilot: Pilot[Any], *keys: str) -> MatrixScreen:
    await settle(pilot)
    await press(pilot, "2", "v")
    screen = pilot.app.screen
    assert isinstance(screen, MatrixScreen)
    await press(pilot, *keys)
    return screen


async def test_changes_are_collected_compared_and_applied_together(
    make_app: MakeApp, check_screen: Callable[..., None]
) -> None:
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await open_matrix(pilot, "j", "l", "space")
        assert screen.grid.ref == Ref("team", "data")
        assert set(screen.draft) == {Ref("team", "data")}
        await press(pilot, "G", "space")
        assert set(screen.draft) == {Ref("team", "data"), Ref("key", "ci")}
        assert screen.unsaved == "Access matrix: changes not applied for 2 subjects"
        check_screen(app, "changed")
        await press(pilot, "ctrl+s")
        assert showing(app, ChoiceDialog)
        check_screen(app, "difference")
        await press(pilot, "enter")
        assert app.state.teams["data"].servers == ("@reading", "time", "github")
        assert app.state.keys["ci"].servers == ("time",)
        assert len(screen.draft) == 0
        await press(pilot, "u")
        assert app.state == data.STATE


async def test_marked_subjects_change_together(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await open_matrix(pilot, "j", "m", "j", "m", "k")
        assert "2 selected" in text_grid(app)
        await press(pilot, "0")
        assert set(screen.draft) == {Ref("team", "data"), Ref("key", "cursor-laptop")}
        grid = text_grid(app)
        assert "2 pending changes · ctrl+s apply" in grid
        await press(pilot, "backspace")
        assert len(screen.draft) == 0
        await press(pilot, "asterisk", "M", "M")
        assert "selected" not in text_grid(app)
        await press(pilot, "a")
        assert app.state == data.STATE


async def test_subjects_and_servers_are_filtered(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await open_matrix(pilot, "slash")
        app.screen.query_one(Input).value = "key server:de server:time"
        await press(pilot, "enter")
        grid = text_grid(app)
        assert "3 subjects × 2 servers" in grid
        assert "github" not in grid
        await press(pilot, "escape")
        assert "8 subjects × 6 servers" in text_grid(app)
        await press(pilot, "escape")
        assert showing(app, AccessScreen)


async def test_a_cell_is_explained_line_by_line(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await open_matrix(pilot, "j", "l")
        assert "not granted" in text_grid(app) or "set here" in text_grid(app)
        await press(pilot, "w")
        assert showing(app, TextDialog)
        assert "decisive rule" in text_grid(app)


async def test_leaving_with_changes_asks(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await open_matrix(pilot, "j", "space", "escape")
        assert showing(app, ChoiceDialog)
        await press(pilot, "escape")
        assert showing(app, MatrixScreen)
        await press(pilot, "escape", "left", "enter")
        assert showing(app, AccessScreen)
        assert app.state == data.STATE


async def test_a_change_from_elsewhere_is_shown(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await open_matrix(pilot, "j", "space")
        assert len(screen.draft) == 1
        elsewhere = replace(app.state, teams={}, users={}, keys={})
        app.loaded = replace(app.loaded, state=elsewhere)
        await settle(pilot)
        assert len(screen.draft) == 0
        assert "1 subject × 6 servers" in text_grid(app)


async def test_with_one_server_its_tools_are_columns(make_app: MakeApp, check_screen: Callable[..., None]) -> None:
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await open_matrix(pilot)
        screen._input.value = "server:files"
        await settle(pilot)
        screen.grid.focus()
        screen.grid.go_to(Ref("key", "cursor-laptop"))
        await press(pilot, "l")
        column = screen.grid.column
        assert column is not None
        assert column.tool == "read_text_file"
        check_screen(app)
        await press(pilot, "space")
        assert screen.draft[Ref("key", "cursor-laptop")].tools == {"files": ("!read_text_file",)}
        assert "[!]*" in text_grid(app)
        assert "key cursor-laptop denies read_text_file of files" in text_grid(app)
        await press(pilot, "w")
        assert "DENIED" in text_grid(app)
        await press(pilot, "escape", "space")
        assert not screen.draft
        screen.grid.go_to(Ref("key", "ci"))
        await press(pilot, "space")
        assert not screen.draft, "a tool of a server without access cannot be allowed alone"
