from __future__ import annotations

import asyncio
import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from mcptui.access import decide
from mcptui.demo.entry import demo_server_config
from mcptui.demo.run import demo_workspace

if TYPE_CHECKING:
    from pathlib import Path

    from mcptui.model.runtime import ServerState

#: The process outlives the object that started it, and is ended through the gateway's own socket.
pytestmark = pytest.mark.filterwarnings("ignore:subprocess .* is still running:ResourceWarning")


def test_home_holds_server_people_keys_and_model(tmp_path: Path) -> None:
    with demo_workspace(tmp_path / "home") as demo:
        loaded = demo.workspace.load()
        state = loaded.state
    assert loaded.problems == ()
    assert demo.url == f"{state.gateway.base_url}/mcp"
    assert len(state.servers) == 6
    assert replace(state.servers["demo"], tags=()) == demo_server_config()
    assert state.keys["demo"].hash == f"sha256:{hashlib.sha256(demo.key.encode()).hexdigest()}"
    assert state.models["demo"].base_url.startswith("http://127.0.0.1:")
    assert (len(state.teams), len(state.keys)) == (3, 8)
    everything, reader = decide(state, "demo"), decide(state, "alice-laptop")
    assert set(everything.servers) == set(reader.servers) == {"demo", "notes", "tracker"}
    assert everything.allows_tool("demo", "book_room")
    assert reader.allows_tool("demo", "read_note")
    assert not reader.allows_tool("demo", "book_room")
    assert not reader.allows_prompts("demo")


def test_a_server_for_each_state(tmp_path: Path) -> None:
    with demo_workspace(tmp_path / "h") as demo:
        gateway = demo.workspace.gateway

        async def states() -> dict[str, ServerState]:
            await gateway.start()
            while True:
                status = await gateway.status()
                assert status is not None
                if "starting" not in (now := {server.name: server.state for server in status.servers}).values():
                    return now
                await asyncio.sleep(0.02)

        found = asyncio.run(asyncio.wait_for(states(), 60))
    assert found.pop("notes") in {"ready", "idle"}
    assert found == {
        "demo": "ready",
        "tracker": "needs_secret",
        "wiki": "needs_login",
        "search": "unreachable",
        "archive": "disabled",
    }


def test_the_keys_are_not_shown_by_accident(tmp_path: Path) -> None:
    with demo_workspace(tmp_path / "home") as demo:
        assert demo.key == demo.keys["demo"]
        file = demo.workspace.paths.config_file.read_text(encoding="utf-8")
        assert not [key for key in demo.keys.values() if key in repr(demo) or key in file]
