from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from mcptui.errors import RefusedError
from mcptui.model import SecretSettings, State, Team
from mcptui.services.gateway import Gateway
from mcptui.services.settings import update_settings
from mcptui.services.workspace import Workspace
from mcptui.state.errors import StateError
from mcptui.state.loaded import Loaded


def add_team(state: State) -> State:
    return replace(state, teams={**state.teams, "t": Team(name="t")})


def test_home_of_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MCPTUI_HOME", str(tmp_path))
    assert Workspace.open().paths.config_dir == tmp_path


def test_looking_makes_no_files(ws: Workspace) -> None:
    assert ws.load().state == State()
    assert ws.secret_status().state == "ok"
    assert not ws.paths.config_dir.exists()


def test_change_and_undo(ws: Workspace) -> None:
    change = ws.change("Team t added", add_team)
    assert change.before.state == State()
    assert change.after == ws.load()
    undone = ws.undo(change)
    assert undone.summary == "Undone: Team t added"
    assert undone.after.state == State()
    ws.undo(undone)
    assert "t" in ws.load().state.teams


def test_whoever_wants_to_know_is_told_of_each_change(ws: Workspace) -> None:
    told: list[bool] = []
    ws.state_changed = lambda: told.append("t" in ws.load().state.teams)
    change = ws.change("", add_team)
    ws.change("nothing", add_team)
    ws.undo(change)
    assert told == [True, False]


def test_undo_of_what_changed_again_is_refused(ws: Workspace) -> None:
    change = ws.change("Team t added", add_team)
    ws.change("", lambda state: replace(state, teams={"t": Team(name="t", rpm=1)}))
    with pytest.raises(RefusedError, match="changed again"):
        ws.undo(change)


def test_secret_store_follows_the_settings(ws: Workspace) -> None:
    first = ws.secrets
    assert ws.secrets is first
    update_settings(ws, secrets=SecretSettings(backend="vault"))
    assert ws.secrets is not first
    ws.paths.config_file.write_text("[broken", encoding="utf-8")
    assert ws.secret_status().state == "ok"


def test_gateway_is_of_this_home(ws: Workspace) -> None:
    assert isinstance(ws.gateway, Gateway)
    assert ws.gateway is ws.gateway
    assert asyncio.run(ws.gateway.status()) is None
    assert ws._gateway_settings().port == 4000


async def test_changes_yield_states_and_errors(ws: Workspace) -> None:
    ws.paths.ensure()
    async with asyncio.timeout(20), aclosing(cast("Any", ws.changes())) as changes:
        waiting = asyncio.ensure_future(anext(changes))
        await asyncio.sleep(0)
        await asyncio.to_thread(ws.change, "", add_team)
        found = await waiting
        assert isinstance(found, Loaded)
        assert "t" in found.state.teams
        ws.paths.config_file.write_text("[broken", encoding="utf-8")
        assert isinstance(await anext(changes), StateError)
