"""Everything on this machine imported, and the clients connected."""

from __future__ import annotations

import json

from mcptui.model import State
from mcptui.tui.clients.consolidate import on_machine
from mcptui.tui.shell.app import McptuiApp
from mcptui.tui.widgets.dialogs import ChoiceDialog
from tests.support.pilot import press, settle
from tests.support.scenes.app import MakeApp, demo_gateway
from tests.support.screens import text_grid

TOKEN = "canary-of-the-import"


def give(app: McptuiApp) -> None:
    """Two clients with a server each in the home of the person."""
    tracker = {"url": "https://tracker.example/mcp", "headers": {"Authorization": f"Bearer {TOKEN}"}}
    files = {".cursor/mcp.json": {"tracker": tracker}, ".gemini/settings.json": {"notes": {"command": "x"}}}
    for name, servers in files.items():
        file = app.context.machine.home / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps({"mcpServers": servers}), encoding="utf-8")


async def test_one_key_imports_all_and_connects_the_clients(make_app: MakeApp) -> None:
    app = make_app(State(), demo_gateway())
    give(app)
    file = app.context.machine.home / ".cursor/mcp.json"
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        assert "found 2 clients, 2 servers: import all and connect them through mcptui" in text_grid(app)
        await press(pilot, "I")
        assert isinstance(app.screen, ChoiceDialog)
        assert "Cursor: + key with access to tracker" in text_grid(app)
        await press(pilot, "escape")
        assert app.state == State()
        await press(pilot, "I", "enter")
        await settle(pilot)
        assert set(app.state.servers) == {"tracker", "notes"}
        assert {name: key.servers for name, key in app.state.keys.items()} == {
            "cursor": ("tracker",),
            "gemini": ("notes",),
        }
        entries = json.loads(file.read_text(encoding="utf-8"))["mcpServers"]
        assert set(entries) == {"tracker", "mcptui"}, "its own entries are kept"
        assert "connect" in entries["mcptui"]["args"]
        assert not on_machine(app.state, app.context.machine).clients, "nothing is left to do"
        await press(pilot, "I")
        assert "No client with MCP servers was found" in text_grid(app) or not isinstance(app.screen, ChoiceDialog)
