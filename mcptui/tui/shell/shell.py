"""The app without its screens: what begins after the first frame, actions, choosing from lists."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Mapping, Sequence
from inspect import isawaitable
from typing import TYPE_CHECKING, Any, ClassVar

from textual.actions import ActionParseResult
from textual.binding import Binding, BindingType
from textual.dom import DOMNode
from textual.reactive import reactive
from textual.screen import Screen
from textual.widgets import Input, TextArea

from mcptui.tui.background import background
from mcptui.tui.call_to_test import CallToTest
from mcptui.tui.context import AppContext
from mcptui.tui.keys.actions import bindings, is_available
from mcptui.tui.keys.finder import Entry, Finder
from mcptui.tui.shell.app_actions import ACTIONS
from mcptui.tui.shell.gateway_life import POLL_SECONDS
from mcptui.tui.shell.notices import NoticesApp
from mcptui.tui.shell.preload import GATEWAY, SCREENS_AND_DIALOGS, preload

if TYPE_CHECKING:
    from mcptui.tui.shell.options import CoachStep


class Shell(NoticesApp):
    """What every screen may rely on; screens watch the reactive attributes."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+c", "help_quit", "", show=False, system=True),
        *bindings(ACTIONS),
    ]
    ENABLE_COMMAND_PALETTE = False

    #: Name of the key that Test and Chat use; None is the owner, who may use everything.
    testing_key: reactive[str | None] = reactive(None, init=False)
    #: The place in ``coach_steps`` of the step of the tour that is shown; None for no tour.
    coach_step: reactive[int | None] = reactive(None, init=False, bindings=True)

    def __init__(self, context: AppContext, *, start_gateway: bool = True, watch: bool = True) -> None:
        super().__init__(context)
        self.start_with_gateway = start_gateway
        self._watch = watch
        self.coach_steps: Sequence[CoachStep] = ()
        #: Percent of the room that the first of two panes has, by the name of their split.
        self.pane_sizes: Mapping[str, int] = {}

    def keep_pane_sizes(self, sizes: Mapping[str, int]) -> None:
        """Use other sizes of panes, the next time too."""
        raise NotImplementedError

    @property
    def is_typing(self) -> bool:
        """Whether keys go to a text field."""
        return isinstance(self.focused, Input | TextArea)

    # --- life ---

    def on_mount(self) -> None:
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
            if not self.is_running:  # Textual closes the screens of the modes one by one, and no more may come
                return
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

    def refresh_bindings(self) -> None:
        """As of Textual. While the app closes, timers and work still end that change keys, and there is no screen."""
        if self.screen_stack:
            super().refresh_bindings()

    def open_screens(self) -> list[Screen[Any]]:
        """The screens of all modes that were opened."""
        screens: list[Screen[Any]] = []
        for mode in self.MODES:
            try:
                screens += self.get_screen_stack(mode)
            except KeyError:
                continue  # not opened yet
        return screens

    @background(group="dialog")
    async def find(self, title: str, entries: Sequence[Entry], *, hint: str = "search") -> None:
        """Have one of ``entries`` chosen, and run it."""
        chosen = await self.push_screen_wait(Finder(title, entries, hint=hint))
        if chosen is not None and isawaitable(done := chosen.run()):
            await done

    async def reveal(self, kind: str, name: str) -> None:
        """Open the mode an entity belongs to, with the cursor on it."""
        raise NotImplementedError

    async def test_call(self, call: CallToTest) -> None:
        """Open Test with a tool, prompt or resource, and its arguments where there are some."""
        raise NotImplementedError
