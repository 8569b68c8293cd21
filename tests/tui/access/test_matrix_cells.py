"""A cell of the matrix in words."""

from __future__ import annotations

from mcptui.access.matrix import Matrix
from mcptui.access.subjects import Ref
from mcptui.model import Key, Server, State
from mcptui.tui.access.matrix_cells import cell_line
from mcptui.tui.access.matrix_grid import Column

STATE = State(
    servers={"git": Server(name="git", url="http://x"), "time": Server(name="time", url="http://x")},
    keys={"k": Key(name="k", hash="", servers=("git",), tools={"git": ("read",)})},
)


def line(column: Column) -> str:
    return cell_line(Matrix(STATE), Ref("key", "k"), column).plain


def test_servers_and_tools() -> None:
    assert line(Column("git")) == 'key k · git  [~] some tools\nkey k: servers ["git"]'
    assert line(Column("git", "read")) == 'key k · git/read  [x] key k allows read of git\nkey k: tools.git ["read"]'
    assert line(Column("git", "push")).startswith("key k · git/push  [!] key k does not allow push of git")
    assert line(Column("time", "now")).startswith("key k · time/now  [ ] key k does not allow time")
