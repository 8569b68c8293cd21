from __future__ import annotations

from pathlib import Path

import pytest

from mcptui.errors import NotFoundError, RefusedError
from mcptui.model import GatewaySettings, Server, Team
from mcptui.services import servers, settings, subjects
from mcptui.services.state_history import (
    Part,
    difference,
    earlier_state,
    earlier_states,
    find_part,
    restore,
)
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


def with_teams(tmp_path: Path) -> Workspace:
    ws = workspace(tmp_path)
    for name in ("data", "web"):
        subjects.create_subject(ws, Team(name=name, servers=("a",)))
    return ws


def test_one_entry_is_restored_and_other_changes_stay(tmp_path: Path) -> None:
    ws = with_teams(tmp_path)
    subjects.update_subject(ws, "team", "data", Team(name="data", servers=("a", "b")))
    servers.remove_server(ws, ["b"])
    subjects.update_subject(ws, "team", "web", Team(name="web", servers=()))
    before = ws.load().state
    earlier = next(each for each in earlier_states(ws) if len(each.parts) == 3)
    assert earlier.parts == (Part("servers", "b"), Part("teams", "data"), Part("teams", "web"))
    assert difference(ws, earlier, Part("teams", "data")) == [
        "@@ -1,2 +1,2 @@",
        " [teams.data]",
        '-servers = ["a"]',
        '+servers = ["a", "b"]',
    ]
    change = restore(ws, earlier, [Part("servers", "b")])
    assert change.summary.startswith("Server b restored from ")
    assert set(change.after.state.servers) == {"a", "b"}
    assert change.after.state.teams == before.teams
    assert ws.undo(change).after.state == before
    several = restore(ws, earlier, [Part("teams", "data"), Part("teams", "web")])
    assert several.summary.startswith("Team data, team web restored from ")
    assert several.after.state.teams["data"].servers == ("a", "b")
    assert several.after.state.teams["web"].servers == ("a",)
    assert set(several.after.state.servers) == {"a"}


def test_an_entry_that_there_was_none_of_is_removed(tmp_path: Path) -> None:
    ws = with_teams(tmp_path)
    earlier = earlier_states(ws)[0]
    assert earlier.parts == (Part("teams", "web"),)
    change = restore(ws, earlier, earlier.parts)
    assert set(change.after.state.teams) == {"data"}
    assert ws.undo(change).after.state.teams.keys() == {"data", "web"}


def test_a_section_of_settings_is_a_part(tmp_path: Path) -> None:
    ws = workspace(tmp_path)
    settings.update_settings(ws, gateway=GatewaySettings(port=4001))
    servers.remove_server(ws, ["a"])
    earlier = earlier_states(ws)[1]
    part = find_part(earlier, "gateway")
    assert (part.title, part.argument, find_part(earlier, "server:a").title) == ("gateway", "gateway", "server a")
    change = restore(ws, earlier, [part])
    assert change.summary.startswith("Gateway restored from ")
    assert change.after.state.gateway == GatewaySettings()
    assert set(change.after.state.servers) == {"b"}


def test_versions_and_parts_are_found_by_their_names(tmp_path: Path) -> None:
    ws = with_teams(tmp_path)
    earlier = earlier_states(ws)[0]
    assert earlier_state(ws, earlier.id) == earlier
    with pytest.raises(NotFoundError, match='no earlier version "x"'):
        earlier_state(ws, "x")
    with pytest.raises(RefusedError, match='"team:data" is not different') as caught:
        find_part(earlier, "team:data")
    assert caught.value.hint == "different: team:web"


def test_beside_a_file_that_cannot_be_used_only_the_whole_is_restored(tmp_path: Path) -> None:
    ws = with_teams(tmp_path)
    ws.paths.config_file.write_bytes(b"[[[")
    earlier = earlier_states(ws)[0]
    assert earlier.parts == ()
    with pytest.raises(RefusedError) as caught:
        find_part(earlier, "team:web")
    assert caught.value.hint == "different: nothing that can be restored by itself"
    with pytest.raises(StateError):
        restore(ws, earlier, [Part("teams", "web")])


@pytest.mark.parametrize("broken", ["", "[[["])
def test_a_difference_shows_no_secret(tmp_path: Path, broken: str) -> None:
    ws = workspace(tmp_path)
    file = ws.paths.config_file
    typed = '\n[servers.c]\nurl = "https://c.example"\nheaders = { X-Api-Key = "canary-4f9d1c7e2b" }\n' + broken
    file.write_text(file.read_text(encoding="utf-8") + typed, encoding="utf-8")
    lines = difference(ws, earlier_states(ws)[0])
    assert '-headers = { X-Api-Key = "••••" }' in lines
    assert not any("canary" in line for line in lines)
