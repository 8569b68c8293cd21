"""Everything on this machine imported, and the clients connected."""

from __future__ import annotations

import json

from mcptui.model import Key, Server, State
from mcptui.protocol.keys import key_digest
from mcptui.tui.clients.consolidate import on_machine
from mcptui.tui.shell.app import McptuiApp
from mcptui.tui.widgets.dialogs import ChoiceDialog, TextDialog
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
        assert "Cursor: + key cursor with access to tracker" in text_grid(app)
        assert "mcptui export CLIENT --remove" in text_grid(app), "which needs no key, unlike Install"
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
        assert any("No client with MCP servers was found" in note.message for note in app._notifications)
        await press(pilot, "u")
        await settle(pilot)
        assert app.state == State(), "servers and keys were one change"


async def test_a_client_that_cannot_be_connected_holds_back_no_other(make_app: MakeApp) -> None:
    app = make_app(State(), demo_gateway())
    give(app)
    cursor, gemini = (app.context.machine.home / name for name in (".cursor/mcp.json", ".gemini/settings.json"))
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        await press(pilot, "I")
        cursor.write_text("{", encoding="utf-8")
        await press(pilot, "enter")
        await settle(pilot)
        assert isinstance(app.screen, TextDialog)
        assert "Cursor is not connected: " in text_grid(app)
        assert "select the key cursor" in text_grid(app)
        assert any("Gemini CLI connected through mcptui." in note.message for note in app._notifications)
        assert "mcptui" in json.loads(gemini.read_text(encoding="utf-8"))["mcpServers"]
        assert set(app.state.servers) == {"tracker", "notes"}
        # Once the file is in order, the key that was made for the client is used.
        before = app.state
        give(app)
        await press(pilot, "escape", "I")
        assert "Cursor: key cursor with access to tracker" in text_grid(app)
        await press(pilot, "enter")
        await settle(pilot)
        assert app.state == before
        assert "mcptui" in json.loads(cursor.read_text(encoding="utf-8"))["mcpServers"]


async def test_the_preview_says_what_is_not_ready(make_app: MakeApp) -> None:
    app = make_app(State(), demo_gateway())
    give(app)
    file = app.context.machine.home / ".gemini/settings.json"
    servers = {"notes": {"command": "x", "env": {"NODE_OPTIONS": "--require ./y.js"}}}
    file.write_text(json.dumps({"mcpServers": servers}), encoding="utf-8")
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        await press(pilot, "I")
        assert "! notes comes disabled: it needs your consent" in text_grid(app)
        await press(pilot, "enter")
        await settle(pilot)
        assert "notes is disabled until then" in text_grid(app)


async def test_servers_that_are_here_or_in_several_clients_are_one(make_app: MakeApp) -> None:
    here = Server(name="files", command="x", args=("files",))
    app = make_app(
        State(servers={"files": here}, keys={"cursor": Key(name="cursor", hash=key_digest("k"))}), demo_gateway()
    )
    both = {"mine": {"command": "x", "args": ["files"]}, "notes": {"command": "y"}}
    for name in (".cursor/mcp.json", ".gemini/settings.json"):
        file = app.context.machine.home / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps({"mcpServers": both}), encoding="utf-8")
    found = on_machine(app.state, app.context.machine)
    assert [(each.client.id, each.key, each.servers) for each in found.clients] == [
        ("cursor", "cursor-2", ("files", "notes")),
        ("gemini", "gemini", ("files", "notes")),
    ]
    assert found.words == "2 clients, 2 servers"
    assert list(found.names.values()) == ["notes"]
