from __future__ import annotations

from pathlib import Path

import pytest

from mcptui.model import GatewaySettings, Server
from mcptui.services import servers, settings
from mcptui.services.state_history import difference, earlier_states, restore
from mcptui.services.workspace import Workspace
from mcptui.state.errors import StateError


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
    assert newest.summary.startswith("server a   +")
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


def test_a_restored_file_is_what_it_was_comments_and_unknown_entries_included(tmp_path: Path) -> None:
    ws = workspace(tmp_path)
    file = ws.paths.config_file
    written = file.read_bytes() + b'\n# for the team\n[mine]\nx = "1"\n'
    file.write_bytes(written)
    servers.remove_server(ws, ["a"])
    file.write_bytes(file.read_bytes().replace(b"# for the team", b"# of now"))
    now = file.read_bytes()
    change = restore(ws, earlier_states(ws)[0])
    assert file.read_bytes() == written
    ws.undo(change)
    assert file.read_bytes() == now


def test_a_file_that_cannot_be_used_is_replaced_and_kept(tmp_path: Path) -> None:
    ws = workspace(tmp_path)
    servers.remove_server(ws, ["a"])
    ws.paths.config_file.write_bytes(b"not = [toml")
    told: list[bool] = []
    ws.state_changed = lambda: told.append(True)
    change = restore(ws, earlier_states(ws)[0])
    assert set(ws.load().state.servers) == {"a", "b"}
    assert change.before.revision == change.after.revision
    assert told == [True]
    broken = earlier_states(ws)[0]
    assert broken.content == b"not = [toml"
    before = ws.paths.config_file.read_bytes()
    with pytest.raises(StateError, match=r"^the earlier content cannot be used: not valid TOML") as caught:
        restore(ws, broken)
    assert caught.value.hint == "Your file is untouched."
    assert ws.paths.config_file.read_bytes() == before


def test_other_files_among_the_backups_are_no_history(tmp_path: Path) -> None:
    ws = workspace(tmp_path)
    for name in ("mine.toml", "1-copy.toml"):
        (ws.paths.backups / name).write_bytes(b"")
    assert len(earlier_states(ws)) == 1
    for number in range(12):
        servers.add_server(ws, Server(name=f"s{number}", url="https://x.example/mcp"))
    assert len(earlier_states(ws)) == 11
    assert (ws.paths.backups / "1-copy.toml").exists()


def test_the_list_names_what_is_different(tmp_path: Path) -> None:
    ws = workspace(tmp_path)
    servers.add_server(ws, Server(name="c", url="https://c.example/mcp"))
    servers.remove_server(ws, ["a", "b", "c"])
    assert earlier_states(ws)[0].summary.startswith("server a, server b and 1 more   +")
    settings.update_settings(ws, gateway=GatewaySettings(port=4001))
    assert earlier_states(ws)[0].summary.startswith("gateway   +")


def test_nothing_is_named_beside_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    ws = workspace(tmp_path)
    for content in (b"[[[", b"\xff"):
        ws.paths.config_file.write_bytes(content)
        assert earlier_states(ws)[0].summary.startswith("+")
