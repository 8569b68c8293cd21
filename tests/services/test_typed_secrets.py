"""Secrets that people typed into the state file, and its kept versions."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from mcptui.services.servers import remove_server, update_server
from mcptui.services.state_history import earlier_states, restore
from mcptui.services.workspace import Change, Workspace
from mcptui.state import scrub as scrub_module
from mcptui.state.backups import keep_backup
from mcptui.state.loaded import Loaded
from mcptui.state.scrub import SecretsRemoved

IN_URL, IN_HEADER = "canary-url-4f9d1c7e2b", "canary-header-77a1"
TEXT = f"""\
version = 1

# The tracker has an account.
[servers.tracker]
url = "https://bot:{IN_URL}@tracker.example/mcp"
headers = {{ X-Api-Key = "{IN_HEADER}" }}
"""


@pytest.fixture
def typed(ws: Workspace) -> Workspace:
    """A home with secrets in its state file, and in an earlier version of it."""
    ws.paths.ensure()
    ws.paths.config_file.write_text(TEXT, encoding="utf-8")
    ws.paths.last_good.write_text(TEXT, encoding="utf-8")
    keep_backup(ws.paths.backups, TEXT.encode() + b"[teams.a]\n")
    return ws


def save(ws: Workspace) -> Change:
    return update_server(ws, "tracker", ws.load().state.servers["tracker"])


def remove(ws: Workspace) -> Change:
    return remove_server(ws, ["tracker"])


def holding(directory: Path) -> set[Path]:
    files = [file for file in directory.rglob("*") if file.is_file()]
    return {file for file in files for value in (IN_URL, IN_HEADER) if value.encode() in file.read_bytes()}


@pytest.mark.parametrize("change", [save, remove])
def test_a_secret_that_leaves_the_state_file_is_in_no_file(typed: Workspace, change: Callable[..., Change]) -> None:
    change(typed)
    assert holding(typed.paths.config_dir) == set()
    assert len(list(typed.paths.backups.iterdir())) == 2


def test_a_version_without_its_secrets_can_be_restored(typed: Workspace) -> None:
    save(typed)
    (earlier,) = earlier_states(typed)
    state = restore(typed, earlier).after.state
    assert set(state.teams) == {"a"}
    assert state.servers["tracker"].headers == {"X-Api-Key": "${secret:server/tracker/x-api-key}"}
    assert typed.secrets.get("server/tracker/x-api-key") == IN_HEADER
    assert holding(typed.paths.config_dir) == set()


@pytest.mark.parametrize("change", [save, remove])
def test_undo_brings_back_what_was_there(typed: Workspace, change: Callable[..., Change]) -> None:
    done = change(typed)
    after = typed.paths.config_file.read_text(encoding="utf-8")
    undone = typed.undo(done)
    assert undone.after.state == done.before.state
    # Comments, too.
    assert typed.paths.config_file.read_text(encoding="utf-8") == TEXT
    assert typed.redo(done).after.state == done.after.state
    assert typed.paths.config_file.read_text(encoding="utf-8") == after
    assert holding(typed.paths.config_dir) == set()


async def test_a_secret_that_is_removed_by_hand_is_in_no_file(
    typed: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    follow, loop, looked = SecretsRemoved.follow, asyncio.get_running_loop(), asyncio.Event()

    def told(self: SecretsRemoved, loaded: Loaded) -> None:
        follow(self, loaded)
        loop.call_soon_threadsafe(looked.set)

    monkeypatch.setattr(SecretsRemoved, "follow", told)
    changes = typed.changes()
    first = asyncio.ensure_future(anext(changes))
    await looked.wait()
    assert holding(typed.paths.backups) != set()
    typed.paths.config_file.write_text("version = 1\n", encoding="utf-8")
    assert isinstance(await first, Loaded)
    assert holding(typed.paths.backups) == set()


def test_a_version_that_cannot_be_written_does_not_fail_the_change(
    typed: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError

    monkeypatch.setattr(scrub_module, "rewrite_backups", full)
    assert save(typed).after.state.servers["tracker"].headers == {"X-Api-Key": "${secret:server/tracker/x-api-key}"}
