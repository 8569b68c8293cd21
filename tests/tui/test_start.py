"""What the first frame waits for: nothing that only an action or another mode needs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

from mcptui.state.paths import Paths
from mcptui.state.store import StateStore
from mcptui.tui.shell.preload import GATEWAY, SCREENS_AND_DIALOGS
from tests.support.scenes import data

#: Packages, with all that is in them.
_NOT_YET: Final = (
    "aiohttp",
    "cryptography",
    "httpx2",
    "jsonschema",
    "jsonschema_rs",
    "keyring",
    "markdown_it",
    "mcp",
    "PIL",
    "pydantic",
    "pygments",
    "sqlite3",
    "starlette",
    "tomlkit",
    "tree_sitter_json",
    "watchdog",
    "yaml",
    "textual.widgets._data_table",
    "textual.widgets._markdown",
    "mcptui.control.client",
    "mcptui.gateway",
    "mcptui.daemon",
    "mcptui.stores",
    "mcptui.llm",
    "mcptui.schema",
    "mcptui.supervisor",
    "mcptui.upstream",
    "mcptui.services.clients",
    "mcptui.services.doctor",
    "mcptui.services.imports",
    "mcptui.tui.ask",
    "mcptui.tui.form",
)
#: Their records and actions are needed for keys and palette, nothing else of them is.
_OTHER_MODES: Final = ("access", "chat", "clients", "gateway", "playground")

_PROGRAM: Final = """
import sys
from mcptui.services.workspace import Workspace
from mcptui.tui.shell.app import McptuiApp
from mcptui.tui.context import AppContext

class App(McptuiApp):
    def first_painted(self):
        print(*sorted(sys.modules), file=sys.__stdout__)
        self.exit()

workspace = Workspace.open()
App(AppContext(workspace, workspace.gateway), start_gateway=False).run(headless=True)
"""


def test_the_first_frame_waits_for_nothing_else(tmp_path: Path) -> None:
    StateStore(Paths.resolve(tmp_path)).change(lambda _: data.STATE)
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM],
        env=os.environ | {"MCPTUI_HOME": str(tmp_path)},
        capture_output=True,
        encoding="utf-8",
        timeout=50,
        check=True,
    )
    modules = done.stdout.split()
    assert "mcptui.tui.servers.screen" in modules
    assert [name for name in modules if any(_is_in(name, package) for package in _NOT_YET)] == []
    others = [name for name in modules if any(_is_in(name, f"mcptui.tui.{mode}") for mode in _OTHER_MODES)]
    assert [name for name in others if name.count(".") > 2 and not name.endswith(("actions", ".mode"))] == []
    assert not {*GATEWAY, *SCREENS_AND_DIALOGS}.intersection(modules) - {"mcptui.tui.servers.screen"}


def _is_in(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")
