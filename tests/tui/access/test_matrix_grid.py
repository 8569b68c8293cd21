"""A grid of check boxes of any size."""

from __future__ import annotations

import pytest
from textual import on
from textual.app import App, ComposeResult

from mcptui.access.matrix import Matrix
from mcptui.access.subjects import Ref
from mcptui.model import Key, Server, State
from mcptui.tui.access.matrix_grid import Column, MatrixGrid
from tests.support.screens import text_grid

SERVERS = [f"server-{number:03}" for number in range(40)]
COLUMNS = [Column(name) for name in SERVERS]
KEYS = [f"key-{number:03}" for number in range(60)]
STATE = State(
    servers={name: Server(name=name, url="https://x") for name in SERVERS},
    keys={name: Key(name=name, hash="", servers=("server-000",)) for name in KEYS},
)
ROWS = [(Ref("key", name), "") for name in KEYS]


class GridApp(App[None]):
    """Only a grid."""

    def __init__(self) -> None:
        super().__init__()
        self.pressed: list[tuple[str, str]] = []

    def compose(self) -> ComposeResult:
        yield MatrixGrid()

    def on_mount(self) -> None:
        matrix = Matrix(STATE)
        self.grid.show(matrix, matrix, ROWS, COLUMNS, ())
        self.grid.focus()

    @property
    def grid(self) -> MatrixGrid:
        return self.query_one(MatrixGrid)

    @property
    def at(self) -> tuple[str, str]:
        ref = self.grid.ref
        return (ref.name if ref is not None else "", self.grid.column.server if self.grid.column is not None else "")

    @on(MatrixGrid.Pressed)
    def _pressed(self) -> None:
        self.pressed.append(self.at)


@pytest.mark.parametrize(
    ("keys", "at"),
    [
        ("right", ("key-000", "server-001")),
        ("l l h", ("key-000", "server-001")),
        ("left up", ("key-000", "server-000")),
        ("j j k", ("key-001", "server-000")),
        ("G", ("key-059", "server-000")),
        ("G j " + "l " * 45, ("key-059", "server-039")),
    ],
)
async def test_the_cursor_stays_in_the_grid_and_in_view(keys: str, at: tuple[str, str]) -> None:
    app = GridApp()
    async with app.run_test(size=(60, 12)) as pilot:
        await pilot.press(*keys.split())
        await pilot.pause()
        assert app.at == at
        shown = text_grid(app)
        assert at[0] in shown
        assert at[1] in shown.splitlines()[0]


async def test_a_click_moves_and_a_second_one_on_the_cell_presses_it() -> None:
    app = GridApp()
    async with app.run_test(size=(60, 12)) as pilot:
        line = text_grid(app).splitlines()[0]
        place = (line.index("server-001") + 1, 3)
        await pilot.click(offset=place)
        await pilot.pause()
        assert app.at == ("key-002", "server-001")
        assert app.pressed == []
        await pilot.click(offset=place)
        await pilot.pause()
        assert app.pressed == [("key-002", "server-001")]
        # The header and the names press nothing.
        await pilot.click(offset=(place[0], 0))
        await pilot.click(offset=(1, 3))
        await pilot.pause()
        assert len(app.pressed) == 1


async def test_the_cursor_stays_on_its_cell_when_others_go() -> None:
    app = GridApp()
    async with app.run_test(size=(60, 12)) as pilot:
        app.grid.go_to(Ref("key", "key-030"))
        await pilot.press(*["l"] * 5)
        matrix = Matrix(STATE)
        app.grid.show(matrix, matrix, ROWS[20:], COLUMNS[3:], ())
        assert app.at == ("key-030", "server-005")
        app.grid.show(matrix, matrix, ROWS[:2], COLUMNS[:2], ())
        assert app.at == ("key-001", "server-001")
        app.grid.show(matrix, matrix, [], [], ())
        assert app.at == ("", "")
        await pilot.press("j", "l", "G")
        assert app.at == ("", "")


async def test_cells_that_differ_from_what_is_saved_have_a_star() -> None:
    app = GridApp()
    changed = State(servers=STATE.servers, keys={**STATE.keys, "key-000": Key(name="key-000", hash="")})
    async with app.run_test(size=(60, 12)) as pilot:
        app.grid.show(Matrix(changed), Matrix(STATE), ROWS, COLUMNS, {Ref("key", "key-001")})
        await pilot.pause()
        lines = text_grid(app).splitlines()
    assert [line.count("*") for line in lines[1:3]] == [1, 0]
    assert ["●" in line for line in lines[1:3]] == [False, True]
