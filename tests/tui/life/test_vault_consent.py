"""A machine without a keyring: the vault is offered once, and the change goes on."""

from __future__ import annotations

from typing import cast

import pytest

from mcptui.model import Server, State
from mcptui.model.runtime import SecretStatus
from mcptui.secrets.errors import SecretError
from mcptui.secrets.memory import MemoryStore
from mcptui.services import servers
from mcptui.tui.background import background
from mcptui.tui.shell.app import McptuiApp
from mcptui.tui.widgets.dialogs import ChoiceDialog
from tests.support.pilot import press, settle
from tests.support.scenes.app import MakeApp, SceneWorkspace

SERVER = Server(name="web", url="https://web.example/mcp", headers={"X-Api-Key": "canary-7Fh2kQ9x-5tGb1"})


class NoStore(MemoryStore):
    """A keyring that does not work until the state file agrees to a vault."""

    def __init__(self, workspace: SceneWorkspace) -> None:
        super().__init__()
        self._workspace = workspace

    def set(self, path: str, value: str) -> None:
        if not self._workspace.load().state.secrets.key_file_consent:
            raise SecretError("there is no place for secrets", hint="Use the vault.")
        super().set(path, value)


class AddingApp(McptuiApp):
    """Adds a server with a secret in the way that the screens do it."""

    @background()
    async def add(self) -> None:
        await self.change(servers.add_server, SERVER)


@pytest.fixture
def app(make_app: MakeApp, monkeypatch: pytest.MonkeyPatch) -> AddingApp:
    workspace = cast("SceneWorkspace", make_app(State()).context.workspace)
    missing = SecretStatus(backend="none", state="unavailable")
    monkeypatch.setattr(SceneWorkspace, "secrets", NoStore(workspace))
    monkeypatch.setattr(SceneWorkspace, "secret_status", lambda _: missing)
    return AddingApp(make_app(State()).context, start_gateway=False, watch=False)


async def test_agreeing_saves_the_server(app: AddingApp) -> None:
    async with app.run_test() as pilot:
        await settle(pilot)
        app.add()
        await settle(pilot)
        assert isinstance(app.screen, ChoiceDialog)
        await pilot.click("#vault")
        await settle(pilot)
        saved = app.context.workspace.load().state
        assert saved.secrets.key_file_consent
        assert saved.servers["web"].headers["X-Api-Key"].startswith("${secret:")


async def test_refusing_saves_nothing_and_says_why(app: AddingApp) -> None:
    async with app.run_test() as pilot:
        await settle(pilot)
        app.add()
        await settle(pilot)
        await press(pilot, "enter")
        saved = app.context.workspace.load().state
        assert not saved.secrets.key_file_consent
        assert not saved.servers
        assert app.errors.entries[-1].message == "there is no place for secrets"
