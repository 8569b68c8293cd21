from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from mcptui.access import decide
from mcptui.demo.entry import demo_server_config
from mcptui.demo.run import demo_workspace

if TYPE_CHECKING:
    from pathlib import Path


def test_home_holds_server_people_keys_and_model(tmp_path: Path) -> None:
    with demo_workspace(tmp_path / "home") as demo:
        loaded = demo.workspace.load()
        state = loaded.state
    assert loaded.problems == ()
    assert demo.url == f"{state.gateway.base_url}/mcp"
    assert state.servers["demo"] == demo_server_config()
    assert state.keys["demo"].hash == f"sha256:{hashlib.sha256(demo.key_secret.encode()).hexdigest()}"
    assert state.models["demo"].base_url.startswith("http://127.0.0.1:")
    everything, reader = decide(state, "demo"), decide(state, "alice-laptop")
    assert everything.servers == reader.servers == ("demo",)
    assert everything.allows_tool("demo", "book_room")
    assert reader.allows_tool("demo", "read_note")
    assert not reader.allows_tool("demo", "book_room")
    assert not reader.allows_prompts("demo")


def test_the_key_is_not_shown_by_accident(tmp_path: Path) -> None:
    with demo_workspace(tmp_path / "home") as demo:
        assert demo.key_secret not in repr(demo)
        assert demo.key_secret not in demo.workspace.paths.config_file.read_text(encoding="utf-8")
