"""The state file as the app shows it and changes it, with undo and redo, and the store of its secrets."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Concatenate, Final, ParamSpec, TypeVar

from textual.reactive import reactive

from mcptui.errors import McptuiError, RefusedError
from mcptui.model import State
from mcptui.model.runtime import SecretStatus
from mcptui.model.settings import titles_of
from mcptui.secrets.errors import SecretError
from mcptui.services.orphaned_secrets import forget_orphaned_secrets
from mcptui.services.workspace import Change, Workspace
from mcptui.state.loaded import Loaded
from mcptui.tui.background import ENDLESS, background
from mcptui.tui.context import AppContext
from mcptui.tui.life.changes_made import ChangesMade
from mcptui.tui.life.vault_consent import offer_vault
from mcptui.tui.shell.gateway_life import GatewayApp

#: How long a change is told.
UNDO_SECONDS: Final = 10.0

EMPTY: Final = Loaded(State(), "")

P = ParamSpec("P")
T = TypeVar("T")


class StateApp(GatewayApp):
    """An app that follows the state file, and changes it."""

    #: The state file's newest usable content.
    loaded: reactive[Loaded] = reactive(EMPTY, init=False)
    #: Why the file's newest content cannot be used, while that is so.
    state_error: reactive[McptuiError | None] = reactive(None, init=False)
    secret_status: reactive[SecretStatus | None] = reactive(None, init=False)
    #: Whether changes are refused.
    read_only: reactive[bool] = reactive(False, init=False)

    def __init__(self, context: AppContext) -> None:
        super().__init__(context)
        self.changes_made = ChangesMade()
        self._going_back = asyncio.Lock()
        self._read_state()

    @property
    def state(self) -> State:
        """The desired state as last read."""
        return self.loaded.state

    def on_mount(self) -> None:
        self.context.workspace.secret_changed = self._secret_changed

    def _read_state(self) -> None:
        try:
            self.set_reactive(StateApp.loaded, self.context.workspace.load())
        except McptuiError as error:
            self.set_reactive(StateApp.state_error, error)

    async def reload_state(self) -> None:
        """Read the state file; its last good content stays when it cannot be used."""
        try:
            self.loaded = await asyncio.to_thread(self.context.workspace.load)
            self.state_error = None
        except McptuiError as error:
            self.state_error = error

    @background(group=ENDLESS)
    async def watch_state(self) -> None:
        """Follow the state file while the app runs."""
        async for found in self.context.workspace.changes():
            if isinstance(found, Loaded):
                self.loaded = found
                self.state_error = None
            else:
                self.state_error = found
                self.show_error(found)

    async def change(
        self,
        function: Callable[Concatenate[Workspace, P], Change],
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> Change:
        """Run one of the services that change the state file, as :meth:`write` does; offers to undo it.

        Raises:
            McptuiError: as the service does.
        """
        change = await self.write(function, *args, **kwargs)
        self.accept(change)
        return change

    async def write(
        self,
        function: Callable[Concatenate[Workspace, P], T],
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Run a service that writes something in a thread; the one way from the app to its home.

        Raises:
            RefusedError: the app is in read-only mode.
            McptuiError: as the service does.
        """
        if self.read_only:
            raise _refused()
        workspace = self.context.workspace
        try:
            return await asyncio.to_thread(function, workspace, *args, **kwargs)
        except SecretError:
            if not await offer_vault(self, workspace):
                raise
            self._secret_store_changed()
            return await asyncio.to_thread(function, workspace, *args, **kwargs)

    def watch_loaded(self, before: Loaded, after: Loaded) -> None:
        """A gateway that could not start is started when it is to listen elsewhere."""
        old, new = before.state.gateway, after.state.gateway
        if self.gateway_view.phase == "failed" and (old.host, old.port) != (new.host, new.port):
            self.start_gateway()

    def refuse_change(self) -> None:
        """Say that read-only mode is on."""
        self.show_error(_refused())

    def accept(self, change: Change) -> None:
        """Show the state after ``change`` and offer to undo it."""
        self.loaded = change.after
        self.state_error = None
        if change.before.revision != change.after.revision:
            if self.changes_made.to_undo is not None:
                self.clear_notifications()  # its "u undo" would be about another change
            self.forget_secrets(self.changes_made.add(change))
        self.announce(change)

    @background(group="announce")
    async def announce(self, change: Change) -> None:
        """Say what was changed, and whether the gateway has applied it: a file that was written does not tell."""
        parts = [change.summary]
        if self.gateway_view.status is not None:
            try:
                await self.context.gateway.take_over()
                parts.append("applied")
                if names := await self._restart_for(change):
                    parts.append(f"restart needed for {titles_of(names)}")
            except McptuiError as error:
                parts.append(f"saved, not applied: {error.message}")
        if self.changes_made.to_undo is change:
            parts.append("u undo")
        elif self.changes_made.to_redo is not None:
            parts.append("U redo")
        self.say("  ·  ".join(parts), timeout=UNDO_SECONDS)

    async def _restart_for(self, change: Change) -> Sequence[str]:
        """What of ``change`` the running gateway needs a restart for: nothing where it started with the same."""
        names = change.after.state.gateway.restart_for(change.before.state.gateway)
        status = await self.context.gateway.status() if names else None
        return [name for name in names if status is not None and name in status.restart_for]

    @background(group="forget secrets")
    async def forget_secrets(self, changes: Sequence[Change]) -> None:
        """Remove the secrets that ``changes`` left without use."""
        for change in changes:
            await asyncio.to_thread(forget_orphaned_secrets, self.context.workspace, change)

    @background(group="undo")
    async def action_undo(self) -> None:
        """Undo the last change that was not undone yet."""
        async with self._going_back:
            if (change := self.changes_made.to_undo) is None:
                self.say("Nothing to undo.")
            elif await self._went_back(change, Workspace.undo):
                self.changes_made.undone()

    @background(group="undo")
    async def action_redo(self) -> None:
        """Redo the change that was undone last."""
        async with self._going_back:
            if (change := self.changes_made.to_redo) is None:
                self.say("Nothing to redo.")
            elif await self._went_back(change, Workspace.redo):
                self.changes_made.redone()

    async def _went_back(self, change: Change, how: Callable[[Workspace, Change], Change]) -> bool:
        self.clear_notifications()
        try:
            made = await self.write(how, change)
        except RefusedError as error:
            if not self.read_only:
                self.forget_secrets(self.changes_made.drop(change))
            self.show_error(error)
            return False
        self.loaded = made.after
        self.announce(made)
        return True

    # --- secrets ---

    @background(group="secrets", exclusive=True)
    async def check_secrets(self) -> None:
        """Ask which secret store is in use; may take some seconds."""
        self.secret_status = await asyncio.to_thread(self.context.workspace.secret_status)

    def _secret_store_changed(self) -> None:
        self.check_secrets()
        if self.gateway_view.is_running:
            self.restart_gateway()  # it chose its secret store when it started

    def _secret_changed(self, path: str) -> None:
        self.call_later(self.tell_gateway, path)  # comes in the thread of the service

    @background(group="secret changed")
    async def tell_gateway(self, path: str) -> None:
        """A secret has another value; the gateway must not go on with the old one."""
        await self.context.gateway.secret_changed(path)


def _refused() -> RefusedError:
    return RefusedError("The app is in read-only mode.", hint="Switch it off: ? and then read-only.")
