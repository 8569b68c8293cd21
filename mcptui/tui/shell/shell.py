"""The app without its screens: the state it shows, changes with undo, errors, the gateway's life."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from inspect import isawaitable
from typing import TYPE_CHECKING, Any, ClassVar, Concatenate, Final, ParamSpec, TypeVar

from textual import events
from textual.actions import ActionParseResult
from textual.binding import Binding, BindingType
from textual.dom import DOMNode
from textual.reactive import reactive
from textual.screen import Screen
from textual.widgets import Input, TextArea

from mcptui.errors import McptuiError, RefusedError
from mcptui.model import State
from mcptui.model.runtime import GatewayStatus, SecretStatus
from mcptui.protocol.text import visible
from mcptui.secrets.errors import SecretError
from mcptui.services.orphaned_secrets import forget_orphaned_secrets
from mcptui.services.workspace import Change, Workspace
from mcptui.state.loaded import Loaded
from mcptui.tui.background import ENDLESS, background
from mcptui.tui.context import AppContext
from mcptui.tui.keys.actions import bindings, is_available
from mcptui.tui.keys.finder import Entry, Finder
from mcptui.tui.life.changes_made import ChangesMade
from mcptui.tui.life.gateway_view import GatewayView
from mcptui.tui.life.poll_pace import PollPace
from mcptui.tui.life.restart_backoff import ATTEMPTS, RestartBackoff
from mcptui.tui.life.vault_consent import offer_vault
from mcptui.tui.shell.app_actions import ACTIONS
from mcptui.tui.shell.crash import AppCrashed, crash_report, write_report
from mcptui.tui.shell.errors_seen import ErrorsSeen
from mcptui.tui.shell.preload import GATEWAY, SCREENS_AND_DIALOGS, preload
from mcptui.tui.shell.terminal import TerminalApp

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from mcptui.tui.shell.options import CoachStep

POLL_SECONDS: Final = 1.0
#: How long a change is told.
UNDO_SECONDS: Final = 10.0

_READ_ONLY: Final = "The app is in read-only mode."
_READ_ONLY_HINT: Final = "Switch it off: ? and then read-only."

EMPTY: Final = Loaded(State(), "")

P = ParamSpec("P")
T = TypeVar("T")


class Shell(TerminalApp):
    """What every screen may rely on; screens watch the reactive attributes."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+c", "help_quit", "", show=False, system=True),
        *bindings(ACTIONS),
    ]
    ENABLE_COMMAND_PALETTE = False
    NOTIFICATION_TIMEOUT = 6.0

    #: The state file's newest usable content.
    loaded: reactive[Loaded] = reactive(EMPTY, init=False)
    #: Why the file's newest content cannot be used, while that is so.
    state_error: reactive[McptuiError | None] = reactive(None, init=False)
    gateway_view: reactive[GatewayView] = reactive(GatewayView(), init=False)
    secret_status: reactive[SecretStatus | None] = reactive(None, init=False)
    #: Name of the key that Test and Chat use; None is the owner, who may use everything.
    testing_key: reactive[str | None] = reactive(None, init=False)
    #: Whether changes are refused.
    read_only: reactive[bool] = reactive(False, init=False)
    #: The place in ``coach_steps`` of the step of the tour that is shown; None for no tour.
    coach_step: reactive[int | None] = reactive(None, init=False, bindings=True)

    def __init__(self, context: AppContext, *, start_gateway: bool = True, watch: bool = True) -> None:
        super().__init__()
        self.context = context
        self.errors = ErrorsSeen()
        self.start_with_gateway = start_gateway
        self._watch = watch
        self._backoff = RestartBackoff()
        self._pace = PollPace()
        self.changes_made = ChangesMade()
        self._going_back = asyncio.Lock()
        self.coach_steps: Sequence[CoachStep] = ()
        self._read_state()

    @property
    def is_typing(self) -> bool:
        """Whether keys go to a text field."""
        return isinstance(self.focused, Input | TextArea)

    @property
    def state(self) -> State:
        """The desired state as last read."""
        return self.loaded.state

    # --- life ---

    def on_mount(self) -> None:
        self.context.workspace.secret_changed = self._secret_changed
        self.call_after_refresh(self.first_painted)

    @background(group="first painted")
    async def first_painted(self) -> None:
        """Load and begin what the first frame does not wait for."""
        await asyncio.to_thread(preload, GATEWAY)
        self.check_secrets()
        if self.start_with_gateway:
            self.start_gateway()
        else:
            self.poll_gateway()
        if self._watch:
            self.watch_state()
            self.attend_gateway()
            self.set_interval(POLL_SECONDS, self.poll_when_due)
            await asyncio.to_thread(preload, SCREENS_AND_DIALOGS)
            await self.prepare_modes()

    async def prepare_modes(self) -> None:
        """Make the screens of all modes, so that each opens at once; they do nothing before they are shown."""
        for mode in self.MODES:
            await self._init_mode(mode)  # there is no public way, and it leaves alone what was opened
        # All that is there now stays. Looking through it for garbage would hold up a key for a tenth of a second.
        gc.freeze()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return is_available(ACTIONS, action, self)

    async def run_action(
        self,
        action: str | ActionParseResult,
        default_namespace: DOMNode | None = None,
        namespaces: Mapping[str, DOMNode] | None = None,
    ) -> bool:
        """As of Textual; an action that changes the configuration is refused in read-only mode before it begins."""
        handler = action if isinstance(action, str) else action[1]
        actions = getattr(default_namespace, "ACTIONS", ())
        if self.read_only and any(each.changes and each.handler == handler for each in actions):
            self.refuse_change()
            return True
        return await super().run_action(action, default_namespace, namespaces)

    def refuse_change(self) -> None:
        """Say that read-only mode is on."""
        self.show_error(RefusedError(_READ_ONLY, hint=_READ_ONLY_HINT))

    def open_screens(self) -> list[Screen[Any]]:
        """The screens of all modes that were opened."""
        screens: list[Screen[Any]] = []
        for mode in self.MODES:
            try:
                screens += self.get_screen_stack(mode)
            except KeyError:
                continue  # not opened yet
        return screens

    # --- state file ---

    def _read_state(self) -> None:
        try:
            self.set_reactive(Shell.loaded, self.context.workspace.load())
        except McptuiError as error:
            self.set_reactive(Shell.state_error, error)

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
            raise RefusedError(_READ_ONLY, hint=_READ_ONLY_HINT)
        workspace = self.context.workspace
        try:
            return await asyncio.to_thread(function, workspace, *args, **kwargs)
        except SecretError:
            if not await offer_vault(self, workspace):
                raise
            self._secret_store_changed()
            return await asyncio.to_thread(function, workspace, *args, **kwargs)

    def refresh_bindings(self) -> None:
        """As of Textual. While the app closes, timers and work still end that change keys, and there is no screen."""
        if self.screen_stack:
            super().refresh_bindings()

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
            except McptuiError as error:
                parts.append(f"saved, not applied: {error.message}")
        if self.changes_made.to_undo is change:
            parts.append("u undo")
        elif self.changes_made.to_redo is not None:
            parts.append("U redo")
        self.say("  ·  ".join(parts), timeout=UNDO_SECONDS)

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

    # --- gateway ---

    def watch_loaded(self, before: Loaded, after: Loaded) -> None:
        """A gateway that could not start is started when it is to listen elsewhere."""
        old, new = before.state.gateway, after.state.gateway
        if self.gateway_view.phase == "failed" and (old.host, old.port) != (new.host, new.port):
            self.start_gateway()

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.InputEvent):
            self._pace.wake()
        await super().on_event(event)

    def poll_when_due(self) -> None:
        """Look at the gateway unless nothing has happened for some time."""
        if self._pace.is_due(self.gateway_view):
            self.poll_gateway()

    @background(group="poll")
    async def poll_gateway(self) -> None:
        """Look at the gateway once; one that ended by itself is started again, one that somebody stopped is not."""
        before = self.gateway_view.phase
        gateway = self.context.gateway
        try:
            status = await gateway.status()
            view = self.gateway_view.seen(status, crashed=status is None and await gateway.has_crashed())
        except McptuiError as error:
            view = self.gateway_view.unanswered(error)
        self.gateway_view = view
        if view.status is not None:
            self._backoff.seen_running(self.context.clock() - view.status.started)
        elif view.phase == "lost" and before in {"running", "silent"}:
            self._start_again()

    @background(group=ENDLESS)
    async def attend_gateway(self) -> None:
        """Be there for the gateway: one that is to end with the app ends also when the app is killed."""
        while True:
            with suppress(McptuiError):
                async for _ in self.context.gateway.attend():
                    pass
            if self.gateway_view.phase == "running":
                self.poll_gateway()  # it may have ended
            await asyncio.sleep(POLL_SECONDS)

    def _start_again(self) -> None:
        delay = self._backoff.delay()
        if delay is None:
            self.say("Gateway exited again; not restarted. Press s in mode 5 to start it; see its log for the reason.")
            return
        attempt = f"attempt {self._backoff.attempts} of {ATTEMPTS}"
        self.say(f"Gateway exited; restarting in {delay:g} s ({attempt}).")
        self.set_timer(delay, self.start_if_lost)

    def start_if_lost(self) -> None:
        """Start the gateway unless something else happened to it meanwhile."""
        if self.gateway_view.phase == "lost":
            self.start_gateway()

    @background(group="gateway", exclusive=True)
    async def start_gateway(self) -> None:
        """Start the gateway or adopt the running one."""
        await self._bring_up(self.context.gateway.start)

    @background(group="gateway", exclusive=True)
    async def restart_gateway(self) -> None:
        """Stop and start the gateway."""
        await self._bring_up(self.context.gateway.restart)

    async def _bring_up(self, start: Callable[[], Awaitable[GatewayStatus]]) -> None:
        self.gateway_view = GatewayView("starting")
        try:
            self.gateway_view = GatewayView("running", await start())
        except McptuiError as error:
            self.gateway_view = GatewayView("failed", error=error)
            if self.current_mode == "gateway":  # where the screen itself says it
                self.errors.add(error)
            else:
                raise

    @background(group="gateway", exclusive=True)
    async def stop_gateway(self) -> None:
        """Stop the gateway."""
        self.gateway_view = GatewayView("stopping", self.gateway_view.status)
        await self.context.gateway.stop()
        self.gateway_view = GatewayView("stopped")

    # --- an unexpected error ---

    def _handle_exception(self, error: Exception) -> None:
        """End the app with a report in a file: Textual would print the values of all local variables."""
        if self._exit_renderables:
            return  # what fails while it ends says nothing more
        report = crash_report(error, self._whereabouts())
        file = write_report(report, self.context.workspace.paths.log_dir, datetime.now(UTC))
        super()._handle_exception(AppCrashed(error, file))

    def _whereabouts(self) -> dict[str, str]:
        screens = [type(screen).__name__ for screen in self._screen_stacks.get(self._current_mode, ())]
        return {
            "mode": self._current_mode,
            "screens": " > ".join(screens) or "none",
            "terminal": f"{self.size.width}x{self.size.height}",
        }

    # --- asking and telling the person ---

    @background(group="dialog")
    async def find(self, title: str, entries: Sequence[Entry], *, hint: str = "search") -> None:
        """Have one of ``entries`` chosen, and run it."""
        chosen = await self.push_screen_wait(Finder(title, entries, hint=hint))
        if chosen is not None and isawaitable(done := chosen.run()):
            await done

    async def reveal(self, kind: str, name: str) -> None:
        """Open the mode an entity belongs to, with the cursor on it."""
        raise NotImplementedError

    def say(self, text: str, *, timeout: float | None = None) -> None:
        """A short message that goes away by itself."""
        self.notify(visible(text, limit=500), timeout=timeout, markup=False)

    def show_error(self, error: McptuiError) -> None:
        """What failed, why, and what to do; kept in the error list."""
        seen = self.errors.add(error)
        text = f"{seen.message}\n{seen.hint}" if seen.hint else seen.message
        self.notify(f"{visible(text, limit=1000)}\n\nf12 details", severity="error", timeout=10, markup=False)
