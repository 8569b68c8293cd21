"""The gateway installed into clients from the app."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from textual.widgets import Select

from mcptui.errors import McptuiError
from mcptui.protocol.keys import key_digest
from mcptui.tui.access.key_dialog import KeyDialog
from mcptui.tui.access.screen import AccessScreen
from mcptui.tui.clients.install_screen import InstallScreen
from mcptui.tui.shell.app import McptuiApp
from mcptui.tui.widgets.dialogs import ConfirmDialog
from tests.support.pilot import press, settle
from tests.support.scenes import data
from tests.support.scenes.app import MakeApp, demo_gateway
from tests.support.screens import text_grid

SECRET = "sk-mcptui-" + "a1B2" * 10 + "3f9a"
NAME = "cursor-laptop"
STATE = replace(data.STATE, keys={**data.STATE.keys, NAME: replace(data.STATE.keys[NAME], hash=key_digest(SECRET))})


def screen(app: McptuiApp) -> InstallScreen:
    assert isinstance(app.screen, InstallScreen)
    return app.screen


def file_of(app: McptuiApp, name: str) -> Path:
    return app.context.machine.home / name


async def test_written_with_the_key_in_the_secret_store_and_taken_out(make_app: MakeApp) -> None:
    app = make_app(STATE)
    file = file_of(app, ".cursor/mcp.json")
    file.parent.mkdir(parents=True)
    before = '{\n  // mine\n  "mcpServers": {\n    "x": {"command": "y"}\n  }\n}\n'
    file.write_text(before, encoding="utf-8")
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        await press(pilot, "c")
        assert "via `mcptui connect`, key in the secret store" in text_grid(app)
        assert '+    "mcptui": {' in text_grid(app)
        await press(pilot, "ctrl+s")
        assert "itself is not known here" in app.errors.as_text()
        assert file.read_text(encoding="utf-8") == before
        screen(app).field.value = SECRET
        await settle(pilot)
        await press(pilot, "ctrl+s")
        assert "uses mcptui" in text_grid(app)
        assert "The file already has this entry." in text_grid(app)
        entry = json.loads(file.read_text(encoding="utf-8").replace("// mine", ""))["mcpServers"]["mcptui"]
        assert entry["args"][-2:] == ["--key-secret", f"key/{NAME}"]
        assert app.context.workspace.secrets.get(f"key/{NAME}") == SECRET
        assert SECRET not in text_grid(app)
        await press(pilot, "d")
        assert isinstance(app.screen, ConfirmDialog)
        await press(pilot, "left", "enter")
        assert file.read_text(encoding="utf-8") == before
        assert "uses mcptui" not in text_grid(app)


async def test_ways_and_clients(make_app: MakeApp) -> None:
    app = make_app(STATE)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "2")
        await app.reveal("key", NAME)
        await settle(pilot)
        assert isinstance(app.screen, AccessScreen)
        await press(pilot, "c", "right_square_bracket")
        assert "by URL, key in the environment variable MCPTUI_KEY" in text_grid(app)
        assert "New file." in text_grid(app)
        await press(pilot, "y", "ctrl+s")
        assert "${env:MCPTUI_KEY}" in app.clipboard
        assert file_of(app, ".cursor/mcp.json").read_text(encoding="utf-8") == app.clipboard
        await press(pilot, "right_square_bracket")
        assert "key in plain text in the file" in text_grid(app)
        assert f"the key {NAME} itself is not known here" in text_grid(app)
        screen(app).field.value = "sk-mcptui-other"
        await settle(pilot)
        assert f"that is not the key {NAME}" in text_grid(app)
        screen(app).field.value = SECRET
        await settle(pilot)
        assert "Bearer ••••3f9a" in text_grid(app)
        await press(pilot, "j")
        assert "Claude Desktop via `mcptui connect`" in text_grid(app)
        await press(pilot, "k", "ctrl+s")
        assert SECRET in file_of(app, ".cursor/mcp.json").read_text(encoding="utf-8")
        assert SECRET not in text_grid(app)
        other = next(name for name in STATE.keys if name != NAME)
        screen(app).query_one(Select).value = other
        await settle(pilot)
        assert f"the key {other} itself is not known here" in text_grid(app)
        await press(pilot, "escape")
        assert isinstance(app.screen, AccessScreen)


async def test_a_new_key_goes_into_a_client_at_once(make_app: MakeApp) -> None:
    app = make_app(STATE)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        dialog = KeyDialog(NAME, SECRET, "sk-mcptui-…3f9a", "http://127.0.0.1:4000")
        app.push_screen(dialog)
        await settle(pilot)
        await press(pilot, "c", "j", "ctrl+s")
        written = file_of(app, ".config/Claude/claude_desktop_config.json").read_text(encoding="utf-8")
        assert f"key/{NAME}" in written
        assert SECRET not in written
        await press(pilot, "escape")
        assert app.screen is dialog
        assert "✓ copied or installed" in text_grid(app)


async def test_no_key_for_the_address_of_another_program(make_app: MakeApp) -> None:
    error = McptuiError("port 4000 is in use by python3 (pid 3121)")
    app = make_app(STATE, gateway=demo_gateway(running=None, start_error=error))
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        await press(pilot, "5", "s")
        dialog = KeyDialog(NAME, SECRET, "sk-mcptui-…3f9a", "http://127.0.0.1:4000")
        app.push_screen(dialog)
        await settle(pilot)
        assert "The gateway failed to start: port 4000 is in use by python3 (pid 3121)." in text_grid(app)
        await press(pilot, "Y")
        assert not app.clipboard
        assert "would send the key" in app.errors.as_text()
        await press(pilot, "c")
        assert screen(app).can_write, "mcptui connect asks the gateway itself"
        for _ in ("variable", "key"):
            await press(pilot, "right_square_bracket")
            assert "The gateway failed to start" in text_grid(app)
            assert not screen(app).can_write
        await press(pilot, "ctrl+s", "y")
        assert not app.clipboard
        assert not file_of(app, ".cursor/mcp.json").exists()
