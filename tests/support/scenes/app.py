"""The app on a home with the demo data and a gateway made of values."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from mcptui.interop.machine import Machine
from mcptui.model import State
from mcptui.model.runtime import SecretStatus
from mcptui.secrets.memory import MemoryStore
from mcptui.secrets.store import SecretStore
from mcptui.services.workspace import Workspace
from mcptui.state.paths import Paths
from mcptui.state.store import StateStore
from mcptui.tui.context import AppContext
from mcptui.tui.shell.app import McptuiApp
from tests.support.fake_gateway import FakeGateway
from tests.support.scenes import data


class MakeApp(Protocol):
    """Makes the app on a state and a gateway."""

    def __call__(self, state: State = ..., gateway: FakeGateway | None = None) -> McptuiApp:
        """The app; it has not been run yet."""


class SceneWorkspace(Workspace):
    """A home that never touches the machine's secret store."""

    def __init__(self, paths: Paths) -> None:
        super().__init__(paths)
        self._memory = MemoryStore()

    @property
    def secrets(self) -> SecretStore:
        """Secrets in memory."""
        return self._memory

    def secret_status(self) -> SecretStatus:
        """What the scenes show."""
        return data.SECRETS


def workspace_with(state: State, home: Path) -> SceneWorkspace:
    """A home whose state file says ``state``."""
    workspace = SceneWorkspace(Paths.resolve(home))
    paths = workspace.paths
    if state is data.STATE and not paths.config_file.exists():
        paths.ensure()
        paths.config_file.touch(mode=0o600)
        paths.config_file.write_bytes(_demo_file())
    else:
        StateStore(paths).change(lambda _: state)
    return workspace


@cache
def _demo_file() -> bytes:
    """What the state file says of the demo data; writing it for each app took a tenth of the tests' time."""
    with tempfile.TemporaryDirectory() as directory:
        store = StateStore(Paths.resolve(Path(directory) / "home"))
        store.change(lambda _: data.STATE)
        return store.file.read_bytes()


def demo_gateway(**more: Any) -> FakeGateway:
    """The gateway of the demo data, running."""
    values: dict[str, Any] = {
        "running": data.STATUS,
        "starts_as": data.STATUS,
        "by_key": data.LISTED,
        "steps": data.PROBE_OK,
        "records": list(data.RECORDS),
        "lines": list(data.LOG),
    }
    return FakeGateway(**(values | more))


def fake_of(app: McptuiApp) -> FakeGateway:
    """The gateway that :func:`scene_app` gave to ``app``."""
    assert isinstance(app.context.gateway, FakeGateway)
    return app.context.gateway


def scene_app(home: Path, state: State = data.STATE, gateway: FakeGateway | None = None) -> McptuiApp:
    """The app in a world that stands still: nothing is started, watched or polled."""
    machine = Machine(home=home / "person")
    gateway = gateway or demo_gateway()
    workspace = workspace_with(state, home)
    gateway.history = workspace.paths.history_db
    context = AppContext(workspace, gateway, data.NOW.timestamp, machine=machine)
    app = McptuiApp(context, start_gateway=False, watch=False)
    app.animation_level = "none"
    return app
