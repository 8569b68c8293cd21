"""What the screens of all modes have in common."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, Select, TextArea

from mcptui.model import State
from mcptui.state.loaded import Loaded
from mcptui.tui.context import AppContext
from mcptui.tui.keys.actions import Action, is_available
from mcptui.tui.life.gateway_view import GatewayView
from mcptui.tui.shell.coach import CoachPanel
from mcptui.tui.shell.key_bar import KeyBar
from mcptui.tui.shell.mode import Mode
from mcptui.tui.shell.mode_bar import ModeBar
from mcptui.tui.shell.panes import PaneScreen
from mcptui.tui.shell.status_bar import StatusBar


class ActionScreen(PaneScreen):
    """A full screen whose keys come from its ``ACTIONS``.

    A subclass sets ``ACTIONS`` and ``BINDINGS = bindings(ACTIONS)`` and implements :meth:`compose_body`.
    """

    ACTIONS: ClassVar[Sequence[Action]] = ()
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012  Textual declares it as an instance's
        (0, "-narrow"),
        (76, "-normal"),
        (108, "-wide"),
    ]
    DEFAULT_CSS = """
    ActionScreen > #bottom { dock: bottom; height: 2; }
    """

    def __init__(self) -> None:
        super().__init__()
        # As it will be shown; else its first size has Textual style all of it once more.
        width, height = self.app.size
        for length, breakpoints in ((width, self.HORIZONTAL_BREAKPOINTS), (height, self.VERTICAL_BREAKPOINTS or [])):
            self.add_class(*self._get_breakpoint_classes(length, breakpoints), update=False)

    @property
    def context(self) -> AppContext:
        """The open home and its gateway."""
        return self.app.context

    @property
    def state(self) -> State:
        """The desired state as last read."""
        return self.app.state

    @property
    def unsaved(self) -> str:
        """What would be lost by leaving, as a sentence; empty for nothing."""
        return ""

    @property
    def text(self) -> str:
        """The longest text that the screen shows, for the pager; empty for none."""
        return ""

    def compose(self) -> ComposeResult:
        yield from self.compose_body()
        with Vertical(id="bottom"):
            yield StatusBar()
            yield KeyBar()

    def compose_body(self) -> ComposeResult:
        """The screen between mode bar and status bar."""
        raise NotImplementedError

    def on_key(self, event: events.Key) -> None:
        """``escape`` leaves a text field where nothing else wants it, so that single keys are commands again."""
        # Keys come here before bindings are looked at.
        is_free = event.key == "escape" and "escape" not in self.active_bindings
        if is_free and isinstance(self.focused, Input | TextArea):
            event.stop()
            fields = (Input, TextArea, Select)
            self.set_focus(next((widget for widget in self.focus_chain if not isinstance(widget, fields)), None))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return is_available(self.ACTIONS, action, self)


@dataclass(frozen=True, slots=True)
class _Told:
    """What a mode was told about the shell."""

    loaded: Loaded
    view: GatewayView
    testing_key: str | None


class ModeScreen(ActionScreen):
    """The base screen of one mode, which may be there before the person opens it.

    ``opened``, ``state_changed`` and ``gateway_changed`` are called when the mode is opened for the first time,
    the latter two also when the state file or the gateway's status changes. While another mode is shown nothing
    is called; what changed meanwhile is told when the person comes back.
    """

    MODE: ClassVar[Mode]

    def __init__(self) -> None:
        super().__init__()
        self._told: _Told | None = None
        # It will be styled by the sheets as they are now; else Textual reads and applies all of them again, twice.
        self._css_update_count = self.app._css_update_count  # noqa: SLF001  nothing else tells it

    def compose(self) -> ComposeResult:
        yield ModeBar(self.MODE.id)
        if self.app.coach_step is not None:
            yield CoachPanel()
        yield from super().compose()

    def on_mount(self) -> None:
        for attribute in ("loaded", "gateway_view", "testing_key"):
            self.watch(self.app, attribute, self._catch_up, init=False)
        self.app.mode_change_signal.subscribe(self, lambda _: self._catch_up(), immediate=True)
        self._catch_up()

    @property
    def is_shown(self) -> bool:
        """Whether this is the mode that the person sees."""
        return self.app.current_mode == self.MODE.id

    def _catch_up(self) -> None:
        """Tell what changed since the last time."""
        if not self.is_shown:
            return
        before, self._told = self._told, _Told(self.app.loaded, self.app.gateway_view, self.app.testing_key)
        if before is None:
            self.opened()
        if before is None or before.loaded is not self._told.loaded:
            self.state_changed(self._told.loaded)
        if before is None or before.view is not self._told.view:
            self.gateway_changed(self._told.view)
        if before is not None and before.testing_key != self._told.testing_key:
            self.testing_key_changed(self._told.testing_key)

    def opened(self) -> None:
        """The person sees the mode for the first time."""

    def state_changed(self, loaded: Loaded) -> None:
        """The state file has new content."""

    def gateway_changed(self, view: GatewayView) -> None:
        """The gateway's status is new."""

    def testing_key_changed(self, key: str | None) -> None:
        """Another key is used for testing."""

    def reveal(self, kind: str, name: str) -> None:
        """Put the cursor on an entity (``server``, ``key``, ``team``, …); called after the mode was opened."""
