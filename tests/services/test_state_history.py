from __future__ import annotations

from pathlib import Path

from mcptui.model import Server
from mcptui.services import servers
from mcptui.services.state_history import difference, earlier_states, restore
from mcptui.services.workspace import Workspace


def workspace(tmp_path: Path) -> Workspace:
    ws = Workspace.open(tmp_path)
    for name in ("a", "b"):
        servers.add_server(ws, Server(name=name, url=f"https://{name}.example/mcp"))
    return ws


def test_a_new_home_has_no_history(tmp_path: Path) -> None:
    assert earlier_states(Workspace.open(tmp_path)) == ()


def test_the_difference_to_an_earlier_state_and_back(tmp_path: Path) -> None:
    ws = workspace(tmp_path)
    servers.remove_server(ws, ["a"])
    newest, oldest = earlier_states(ws)
    assert "+[servers.a]" in difference(ws, newest)
    assert newest.summary.startswith("+")
    change = restore(ws, newest)
    assert set(change.after.state.servers) == {"a", "b"}
    restore(ws, oldest)
    assert set(ws.load().state.servers) == {"a"}
    ws.undo(change)


def test_what_is_there_now_is_no_earlier_state(tmp_path: Path) -> None:
    ws = workspace(tmp_path)
    before = earlier_states(ws)
    restore(ws, before[0])
    assert all(each.content != ws.paths.config_file.read_bytes() for each in earlier_states(ws))
