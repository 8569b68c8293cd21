"""The app: five modes over the shell."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any, ClassVar, Final

from textual.command import Provider
from textual.screen import Screen
from textual.theme import Theme

from mcptui.services.workspace import Workspace
from mcptui.tui.access.screen import AccessScreen
from mcptui.tui.actions import Action
from mcptui.tui.background import background
from mcptui.tui.base import ActionScreen, ModeScreen
from mcptui.tui.chat.screen import ChatScreen
from mcptui.tui.context import AppContext
from mcptui.tui.gateway.screen import GatewayScreen
from mcptui.tui.help import ActionList
from mcptui.tui.leave import may_leave
from mcptui.tui.palette import ActionCommands, EntityCommands
from mcptui.tui.preferences import FILE_NAME, Preferences, read_preferences, write_preferences
from mcptui.tui.registry import APP_ACTIONS
from mcptui.tui.servers.screen import ServersScreen
from mcptui.tui.shell import Shell
from mcptui.tui.test.screen import TestScreen
from mcptui.tui.theme import ThemeFolders
from mcptui.tui.widgets.dialogs import TextDialog

THEME_SECONDS: Final = 2.0


class McptuiApp(Shell):
    """Manages MCP servers and who may use them."""

    TITLE = "mcptui"
    MODES: ClassVar[dict[str, str | Callable[[], Screen[Any]]]] = {
        "servers": ServersScreen,
        "access": AccessScreen,
        "test": TestScreen,
        "chat": ChatScreen,
        "gateway": GatewayScreen,
    }
    DEFAULT_MODE = "servers"
    CSS = "ToastRack { margin-bottom: 2; }"
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {ActionCommands, EntityCommands}

    def __init__(self, context: AppContext, *, start_gateway: bool = True, watch: bool = True) -> None:
        super().__init__(context, start_gateway=start_gateway, watch=watch)
        self._themes = ThemeFolders(context.workspace.paths.themes_dir)
        self.use_themes()
        self._preferences_file = context.workspace.paths.state_dir / FILE_NAME
        wanted = read_preferences(self._preferences_file).theme
        self.theme = wanted if wanted in self.available_themes else Preferences().theme

    def on_mount(self) -> None:
        self.theme_changed_signal.subscribe(self, self._theme_chosen)
        self.report_themes()
        if self._watch:
            self.set_interval(THEME_SECONDS, self.reread_themes)

    def reread_themes(self) -> None:
        """Take over what changed in the theme folders."""
        self.use_themes()
        self.report_themes()

    def report_themes(self) -> None:
        """Tell about theme files that cannot be used."""
        for problem in self._themes.problems:
            self.show_error(problem)

    def use_themes(self) -> None:
        """Register shipped and own themes; those whose file changed take effect at once."""
        for theme in self._themes.changed():
            self.register_theme(theme)
            if theme.name == self.theme:
                self.mutate_reactive(McptuiApp.theme)

    @background(group="preferences")
    async def _theme_chosen(self, theme: Theme) -> None:
        """Start with this theme the next time."""
        with suppress(OSError):  # not worth a word: the theme itself works
            await asyncio.to_thread(write_preferences, self._preferences_file, Preferences(theme=theme.name))

    # --- going places ---

    async def action_mode(self, mode: str) -> None:
        """Open a mode, leaving what is on top of the current one there."""
        await self.switch_mode(mode)

    async def reveal(self, kind: str, name: str) -> None:
        """Open the mode an entity belongs to, with the cursor on it."""
        await self.switch_mode("servers" if kind == "server" else "access")
        if isinstance(self.screen, ModeScreen):
            self.screen.reveal(kind, name)

    async def run_in_mode(self, mode: str, action: Action) -> None:
        """Run an action on the screen it belongs to."""
        if mode != self.current_mode:
            await self.switch_mode(mode)
        await self.run_action(action.handler, default_namespace=self.screen)

    # --- help ---

    def possible_actions(self) -> Iterable[Action]:
        """What can be done on the active screen now."""
        screen = self.screen
        if isinstance(screen, ActionScreen):
            yield from (a for a in screen.ACTIONS if screen.check_action(a.name, ()))
        yield from (a for a in APP_ACTIONS if self.check_action(a.name, ()))

    @background(group="dialog")
    async def action_actions(self) -> None:
        """Show all actions and run the chosen one."""
        actions = tuple(self.possible_actions())
        screen = self.screen
        chosen = await self.push_screen_wait(ActionList(actions))
        if action := next((action for action in actions if action.id == chosen), None):
            await self.run_action(action.handler, default_namespace=screen)

    def action_help(self) -> None:
        """Show or hide the panel with help and keys."""
        if self.screen.query("HelpPanel"):
            self.action_hide_help_panel()
        else:
            self.action_show_help_panel()

    def action_errors(self) -> None:
        """Show the errors of this run."""
        text = self.errors.as_text() or "No errors since the app was started."
        self.push_screen(TextDialog("Recent errors", text))

    # --- leaving ---

    @background(group="leave", exclusive=True)
    async def action_leave(self) -> None:
        """Leave; asks once whether the gateway stays."""
        if await may_leave(self):
            self.exit(0)


def run_app(workspace: Workspace, *, start_gateway: bool = True) -> int:
    """Run the app until the person leaves; the exit code."""
    context = AppContext(workspace, workspace.gateway)
    return McptuiApp(context, start_gateway=start_gateway).run() or 0
