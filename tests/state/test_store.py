from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest
from filelock import FileLock

from mcptui.errors import RefusedError
from mcptui.model import Org, Server, State, Team
from mcptui.model.auth import Auth, Basic, NoAuth, OAuth
from mcptui.state import store as store_module
from mcptui.state.errors import StateError
from mcptui.state.paths import Paths
from mcptui.state.store import Rename, StateStore

TEXT = """\
version = 1
mine = "kept"

# the files
[servers.files]
command = "npx" # from npm
not_a_setting = "unknown keys stay"

# the team
[teams.data]
servers = ["files"]
"""


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    paths = Paths.resolve(tmp_path)
    paths.config_file.write_text(TEXT, encoding="utf-8")
    return paths


@pytest.fixture
def store(paths: Paths) -> StateStore:
    return StateStore(paths)


def with_team(name: str) -> Callable[[State], State]:
    return lambda state: replace(state, teams={**state.teams, name: Team(name=name)})


def add_header(state: State) -> State:
    server = replace(state.servers["files"], env={"A": "1"}, enabled=False)
    return replace(state, servers={"files": server})


def text_of(store: StateStore) -> str:
    return store.file.read_text(encoding="utf-8")


def test_change_keeps_comments_and_unknown_keys(store: StateStore) -> None:
    before, after = store.change(add_header)
    assert before.state.servers["files"].enabled
    assert after == store.load()
    assert after.state.servers["files"].env == {"A": "1"}
    kept = text_of(store).replace("\nenabled = false", "").replace('\nenv = { A = "1" }', "")
    assert kept == TEXT


def test_first_change_makes_the_file(tmp_path: Path) -> None:
    store = StateStore(Paths.resolve(tmp_path / "new"))
    before, after = store.change(with_team("a"))
    assert text_of(store) == "version = 1\n\n[teams.a]\n"
    assert store.file.stat().st_mode & 0o777 == 0o600
    store.revert(before, after)
    assert store.load() == before


def test_line_that_says_a_default_keeps_its_place(store: StateStore) -> None:
    text = TEXT.replace("not_a_setting", "enabled = true # remark\nnot_a_setting")
    store.file.write_text(text, encoding="utf-8")
    store.change(lambda state: replace(state, servers={"files": replace(state.servers["files"], enabled=False)}))
    assert "enabled = false # remark\n" in text_of(store)
    store.change(lambda state: replace(state, servers={"files": replace(state.servers["files"], enabled=True)}))
    assert text_of(store) == text


@pytest.mark.parametrize("auth", [NoAuth(), Basic(auth_value="${secret:b}"), OAuth(oauth_scopes=("c",)), OAuth()])
def test_no_line_is_left_of_the_kind_of_auth_that_was_before(store: StateStore, auth: Auth) -> None:
    url = Server(name="files", url="https://files.example/mcp")
    before = OAuth(oauth_client_id="me", oauth_scopes=("a", "b"), oauth_redirect_port=8080)
    for each in (before, auth, before):
        replaced = replace(url, auth=each)
        _, after = store.change(lambda state, replaced=replaced: replace(state, servers={"files": replaced}))  # type: ignore[misc]
        assert not [problem for problem in after.problems if "no effect with" in problem.message]
        assert after.state.servers["files"] == replaced


def test_a_line_of_another_kind_of_auth_is_used_when_that_kind_comes(store: StateStore) -> None:
    store.file.write_text('[servers.a]\nurl = "http://a"\noauth_scopes = ["old"]\n', encoding="utf-8")
    server = store.load().state.servers["a"]
    store.change(lambda state: replace(state, servers={"a": replace(server, auth=OAuth())}))
    assert text_of(store) == '[servers.a]\nurl = "http://a"\nauth_type = "oauth2"\n'


def test_equal_state_writes_nothing(store: StateStore, paths: Paths) -> None:
    before, after = store.change(lambda state: replace(state))
    assert before == after
    assert not paths.backups.exists()


def test_lost_update_is_refused(store: StateStore, paths: Paths) -> None:
    seen = store.load().revision
    StateStore(paths).change(with_team("theirs"))
    with pytest.raises(RefusedError, match="changed on disk"):
        store.change(with_team("mine"), expected=seen)
    assert "mine]" not in text_of(store)
    store.change(with_team("mine"), expected=store.load().revision)
    assert set(store.load().state.teams) == {"data", "theirs", "mine"}


def test_concurrent_changes_lose_nothing(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_module, "_LOCK_TIMEOUT", 30)
    names = [f"t{number}" for number in range(8)]
    threads = [threading.Thread(target=StateStore(paths).change, args=(with_team(name),)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert set(StateStore(paths).load().state.teams) == {"data", *names}


def test_busy_file_says_so(store: StateStore, paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_module, "_LOCK_TIMEOUT", 0.01)
    paths.ensure()
    with FileLock(paths.state_lock), pytest.raises(StateError, match="another mcptui is saving"):
        store.change(with_team("a"))


def test_lock_that_cannot_be_made(store: StateStore, paths: Paths) -> None:
    paths.ensure()
    paths.state_lock.mkdir()
    with pytest.raises(StateError, match="cannot be saved"):
        store.change(with_team("a"))
    assert text_of(store) == TEXT


def test_error_of_the_edit_changes_nothing(store: StateStore) -> None:
    def refuse(_: State) -> State:
        raise RefusedError("no")

    with pytest.raises(RefusedError):
        store.change(refuse)
    assert text_of(store) == TEXT


def test_bad_state_is_refused_by_its_key(store: StateStore) -> None:
    bad = Server(name="Bad Name", url="https://x")
    with pytest.raises(StateError) as caught:
        store.change(lambda state: replace(state, servers={**state.servers, bad.name: bad}))
    assert (caught.value.file, caught.value.line) == (None, None)
    assert caught.value.key == 'servers."Bad Name"'
    assert text_of(store) == TEXT


def test_state_that_cannot_be_written_is_refused(store: StateStore) -> None:
    misnamed = {"a": Org(name="b")}
    with pytest.raises(StateError, match="without changing other entries") as caught:
        store.change(lambda state: replace(state, orgs=misnamed))
    assert caught.value.hint == "Your file is untouched."
    assert text_of(store) == TEXT


@pytest.mark.parametrize("outcome", ["[broken", "version = 1\n[teams.data]\n[teams.b]\n"])
def test_rewrite_that_goes_wrong_never_reaches_the_file(
    store: StateStore, monkeypatch: pytest.MonkeyPatch, outcome: str
) -> None:
    monkeypatch.setattr(store_module, "rewrite", lambda *_: outcome)
    with pytest.raises(StateError, match="without changing other entries"):
        store.change(with_team("b"))
    assert text_of(store) == TEXT


def test_broken_file_is_not_overwritten(store: StateStore) -> None:
    store.file.write_text("[broken", encoding="utf-8")
    with pytest.raises(StateError, match="not valid TOML"):
        store.change(with_team("a"))
    assert text_of(store) == "[broken"


@pytest.mark.parametrize("target", ["replace_file", "keep_backup"])
def test_full_disk_leaves_the_file(store: StateStore, monkeypatch: pytest.MonkeyPatch, target: str) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(store_module, target, full)
    with pytest.raises(StateError, match="cannot be saved: No space left") as caught:
        store.change(with_team("a"))
    assert caught.value.hint == "Your file is untouched."
    assert text_of(store) == TEXT


def test_symlink_and_mode_stay(store: StateStore, tmp_path: Path) -> None:
    target = tmp_path / "dotfiles.toml"
    store.file.rename(target)
    target.chmod(0o640)
    store.file.symlink_to(target)
    store.change(with_team("a"))
    assert store.file.is_symlink()
    assert target.stat().st_mode & 0o777 == 0o640
    assert "[teams.a]" in target.read_text(encoding="utf-8")


def test_earlier_versions_are_kept(store: StateStore, paths: Paths) -> None:
    for number in range(12):
        store.change(with_team(f"t{number}"))
    kept = sorted(paths.backups.iterdir())
    assert len(kept) == 11  # the newest ten, and the first of today
    assert "[teams.t10]" in kept[-1].read_text(encoding="utf-8")
    assert all(path.stat().st_mode & 0o077 == 0 for path in kept)


def test_kill_in_the_middle_leaves_the_old_file(store: StateStore, paths: Paths, tmp_path: Path) -> None:
    program = """
import os, signal, sys
from dataclasses import replace
from pathlib import Path
from typing import Any, Final
from mcptui.state.paths import Paths
from mcptui.state.store import StateStore
from mcptui.model import Org
home = Path(sys.argv[1])
write = os.fsync
def die(descriptor):
    if any(home.glob(".mcptui.toml.*.tmp")):
        os.kill(os.getpid(), signal.SIGKILL)
    write(descriptor)
os.fsync = die
StateStore(Paths.resolve(home)).change(lambda state: replace(state, orgs={"o": Org(name="o")}))
"""
    ended = subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=False)
    assert ended.returncode == -signal.SIGKILL
    assert text_of(store) == TEXT
    assert len([path for path in tmp_path.iterdir() if path.name.endswith(".tmp")]) == 1
    store.change(with_team("a"))
    assert "a" in store.load().state.teams


def rename_files(state: State) -> State:
    return replace(state, servers={"docs": replace(state.servers["files"], name="docs")})


def test_rename_keeps_comments_and_unknown_keys(store: StateStore) -> None:
    _, after = store.change(rename_files, renames=[Rename("servers", "files", "docs")])
    assert text_of(store) == TEXT.replace("[servers.files]", "[servers.docs]")
    assert [problem.key for problem in after.problems] == ["mine", "servers.docs.not_a_setting", "teams.data.servers"]


def test_rename_of_an_inline_table(store: StateStore) -> None:
    store.file.write_text('servers = { files = { command = "npx" } }\n', encoding="utf-8")
    store.change(rename_files, renames=[Rename("servers", "files", "docs")])
    assert list(store.load().state.servers) == ["docs"]


def test_revert_restores_the_very_bytes(store: StateStore) -> None:
    before, after = store.change(lambda state: replace(state, servers={}))
    assert "npm" not in text_of(store)
    reverted = store.revert(before, after)
    assert text_of(store) == TEXT
    assert reverted[1] == before
    store.revert(after, before)
    assert "npm" not in text_of(store)


def test_revert_without_its_backup_restores_the_state(store: StateStore, paths: Paths) -> None:
    before, after = store.change(lambda state: replace(state, servers={}))
    for path in paths.backups.iterdir():
        path.write_bytes(b"damaged")
    assert store.revert(before, after)[1].state == before.state


def test_revert_leaves_what_others_changed_since(store: StateStore) -> None:
    before, after = store.change(add_header)
    store.change(with_team("theirs"))
    _, reverted = store.revert(before, after)
    assert reverted.state.servers == before.state.servers
    assert "theirs" in reverted.state.teams


def test_revert_of_what_was_changed_again_is_refused(store: StateStore) -> None:
    before, after = store.change(add_header)
    store.change(lambda state: replace(state, servers={"files": replace(state.servers["files"], env={"A": "2"})}))
    with pytest.raises(RefusedError, match=r"servers\.files\.env\.A was changed again"):
        store.revert(before, after)
    before, after = store.change(lambda state: replace(state, servers={}))
    store.change(lambda state: replace(state, servers={"files": Server(name="files", url="https://new")}))
    with pytest.raises(RefusedError, match=r"servers\.files was changed again"):
        store.revert(before, after)


@pytest.mark.parametrize("text", ["\ud800", "half \udfff of a pair", "from bytes \udcff"])
def test_what_no_file_can_hold_is_refused_and_changes_nothing(store: StateStore, text: str) -> None:
    with pytest.raises(StateError, match="a character that no file can hold"):
        store.change(lambda state: replace(state, teams={"t": Team(name="t", description=text)}))
    assert text_of(store) == TEXT


SERVER: Final = """\
[servers.a]
url = "http://a"
# how long
timeout = 60.0 # as it was
# for people
description = "x"

# what is sent
headers.A = "1"
tags = ["a"] # the last

[gateway]
port = 4001
"""


@pytest.mark.parametrize(
    ("changes", "unset", "gone"),
    [
        ({}, ["timeout"], ["timeout = 60.0 # as it was\n"]),
        ({"description": ""}, ["description"], ['description = "x"\n']),
        ({"headers": {}}, ["headers"], ['headers.A = "1"\n']),
        ({"tags": (), "headers": {}}, ["tags", "headers"], ['headers.A = "1"\n', 'tags = ["a"] # the last\n']),
        # Nothing of it is in the file.
        ({}, ["max_timeout", "transport"], []),
    ],
)
def test_the_line_of_what_is_unset_goes_and_comments_stay(
    store: StateStore, changes: dict[str, Any], unset: list[str], gone: list[str]
) -> None:
    store.file.write_text(SERVER, encoding="utf-8")

    def edit(state: State) -> State:
        return replace(state, servers={"a": replace(state.servers["a"], **changes)})

    before, after = store.change(edit, unset=[("servers", "a", name) for name in unset])
    expected = SERVER
    for line in gone:
        expected = expected.replace(line, "")
    assert text_of(store) == expected
    assert after == store.load()
    store.revert(before, after)
    assert text_of(store) == SERVER


def test_what_is_unset_follows_a_rename(store: StateStore) -> None:
    store.file.write_text(SERVER, encoding="utf-8")
    store.change(
        lambda state: replace(state, servers={"b": replace(state.servers["a"], name="b")}),
        renames=[Rename("servers", "a", "b")],
        unset=[("servers", "b", "timeout")],
    )
    assert text_of(store) == SERVER.replace("servers.a", "servers.b").replace("timeout = 60.0 # as it was\n", "")
