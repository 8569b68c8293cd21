from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

import pytest

from mcptui.daemon.live_state import LiveState
from mcptui.daemon.state_source import StateFileSource
from mcptui.model import State
from mcptui.state.loaded import Loaded
from mcptui.state.paths import Paths

GOOD = 'version = 1\n[servers.a]\nurl = "http://127.0.0.1:1/mcp"\n'


class Core:
    """Takes states."""

    def __init__(self) -> None:
        self.states: list[State] = []
        self.swapped = asyncio.Event()

    def swap(self, loaded: Loaded) -> None:
        self.states.append(loaded.state)
        self.swapped.set()


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    paths = Paths.resolve(tmp_path / "home")
    paths.ensure()
    return paths


@pytest.fixture
def core() -> Any:
    return Core()


def put(paths: Paths, text: str) -> None:
    paths.config_file.write_text(text, encoding="utf-8")


def test_no_file_is_an_empty_state(paths: Paths) -> None:
    live = LiveState(StateFileSource(paths))
    assert live.loaded.state == State()
    assert live.error is None


async def test_a_new_content_takes_effect_once(paths: Paths, core: Any) -> None:
    live = LiveState(StateFileSource(paths))
    put(paths, GOOD)
    await live.reload(core)
    await live.reload(core)
    assert [list(state.servers) for state in core.states] == [["a"]]


async def test_a_file_that_is_being_written_is_not_an_empty_one(
    paths: Paths, core: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(paths, GOOD)
    live = LiveState(StateFileSource(paths))
    put(paths, "")
    monkeypatch.setattr(time, "sleep", lambda _: put(paths, GOOD + "# saved\n"))
    await live.reload(core)
    assert [list(state.servers) for state in core.states] == [["a"]]
    put(paths, "")
    monkeypatch.setattr(time, "sleep", lambda _: None)
    await live.reload(core)
    assert [list(state.servers) for state in core.states] == [["a"], []], "it may be empty on purpose"


async def test_a_broken_content_leaves_the_last_good_one(paths: Paths, core: Any) -> None:
    put(paths, GOOD)
    live = LiveState(StateFileSource(paths))
    put(paths, GOOD + "[servers.b]\nurl = 5\n")
    await live.reload(core)
    assert list(live.loaded.state.servers) == ["a"]
    assert core.states == []
    assert live.error is not None
    assert live.error.file == str(paths.config_file)
    assert live.error.key is not None
    assert "servers.b" in live.error.key
    assert live.error.line == 5
    put(paths, GOOD + "# mended\n")
    await live.reload(core)
    assert live.error is None


async def test_the_last_good_content_survives_a_restart(paths: Paths) -> None:
    put(paths, GOOD)
    LiveState(StateFileSource(paths))
    put(paths, "version = [")
    live = LiveState(StateFileSource(paths))
    assert list(live.loaded.state.servers) == ["a"]
    assert live.error is not None
    paths.last_good.write_text("broken [", encoding="utf-8")
    assert LiveState(StateFileSource(paths)).loaded.state == State()


async def test_the_file_is_followed(paths: Paths, core: Any) -> None:
    put(paths, "version = 1\n")
    live = LiveState(StateFileSource(paths))
    put(paths, GOOD)
    following = asyncio.create_task(live.follow(core))
    async with asyncio.timeout(20):
        await core.swapped.wait()
        assert list(core.states[-1].servers) == ["a"], "what changed before the watch began counts too"
        core.swapped.clear()
        put(paths, GOOD.replace("servers.a", "servers.b"))
        await core.swapped.wait()
    assert list(core.states[-1].servers) == ["b"]
    following.cancel()
    await asyncio.wait([following])


async def test_what_was_read_first_does_not_take_effect_last(paths: Paths, core: Any) -> None:
    put(paths, "version = 1\n")
    live = LiveState(StateFileSource(paths))
    put(paths, GOOD)
    reloading = asyncio.create_task(live.reload(core))
    await asyncio.sleep(0)
    newer = Loaded(State(), "newer")
    live.use(newer, core)
    await reloading
    assert live.loaded is newer
    assert core.states == [newer.state]
