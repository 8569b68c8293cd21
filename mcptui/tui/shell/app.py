"""The app: its modes over the shell."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from textwrap import dedent
from typing import Any, ClassVar, Final

from textual.binding import BindingType
from textual.screen import Screen
from textual.theme import Theme
from textual.widgets import Input, TextArea

from mcptui.errors import McptuiError
from mcptui.services.orphaned_secrets import forget_orphaned_secrets
from mcptui.services.workspace import Workspace
from mcptui.state.errors import StateError
from mcptui.tui.background import background
from mcptui.tui.call_to_test import CallToTest
from mcptui.tui.context import AppContext
from mcptui.tui.external import ExternalProgramError, edit_file, edited, page
from mcptui.tui.keys import meanings
from mcptui.tui.keys.actions import Action
from mcptui.tui.keys.entries import action_entries, named_entries
from mcptui.tui.keys.finder import Entry
from mcptui.tui.keys.jump import JumpOverlay, targets
from mcptui.tui.keys.keymap import Keymap, read_keymap
from mcptui.tui.life.leave import may_leave
from mcptui.tui.playground.mode import TEST
from mcptui.tui.settings.secrets import manage_secrets
from mcptui.tui.shell.app_actions import ACTIONS
from mcptui.tui.shell.base import ActionScreen, ModeScreen
from mcptui.tui.shell.error_list import ErrorList
from mcptui.tui.shell.go_to import opened_entries, tools_by_server
from mcptui.tui.shell.history_dialog import show_history
from mcptui.tui.shell.modes import MODES, mode_of
from mcptui.tui.shell.options import AppOptions
from mcptui.tui.shell.preferences import FILE_NAME, Preferences, read_preferences, write_preferences
from mcptui.tui.shell.shell import Shell
from mcptui.tui.shell.textual_patches import patch_textual
from mcptui.tui.shell.textual_styling import style_once
from mcptui.tui.shell.theme import ThemeFolders
from mcptui.tui.text.ascii_filter import AsciiFilter
from mcptui.tui.text.readable import readable_text
from mcptui.tui.text.safety_filter import SafetyFilter
from mcptui.tui.widgets.dialogs import TextDialog

patch_textual()
style_once()

REREAD_SECONDS: Final = 5.0
_OBJECTS_BETWEEN_COLLECTIONS: Final = 50_000
DEFAULT_OPTIONS: Final = AppOptions()


class McptuiApp(Shell):
    """Manages MCP servers and who may use them."""

    TITLE = "mcptui"
    MODES: ClassVar[dict[str, str | Callable[[], Screen[Any]]]] = {mode.id: mode.open for mode in MODES.values()}
    DEFAULT_MODE = next(iter(MODES))
    # Textual cannot draw the placeholder of a text area without room for it.
    # A screen that is dimmed below a dialog is written to the terminal as a whole, twice.
    CSS = """
    ToastRack { margin-bottom: 2; }
    TextArea { min-width: 8; }
    ModalScreen { background: transparent; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [meanings.BACK.bind("end_coach", "End the tour", priority=True)]

    def __init__(
        self,
        context: AppContext,
        *,
        start_gateway: bool = True,
        watch: bool = True,
        options: AppOptions = DEFAULT_OPTIONS,
    ) -> None:
        super().__init__(context, start_gateway=start_gateway, watch=watch)
        self.set_reactive(Shell.read_only, options.read_only)
        if options.reduced_motion:
            self.animation_level = "none"
        self._filters.append(SafetyFilter())
        if options.ascii:
            self._filters.append(AsciiFilter())
        self.coach_steps = options.coach
        if options.coach:
            self.set_reactive(Shell.coach_step, 0)
        self.keymap = Keymap()
        self._keys_read: float | None = None
        self._themes = ThemeFolders(context.workspace.paths.themes_dir)
        self.use_themes()
        self._preferences_file = context.workspace.paths.state_dir / FILE_NAME
        self._preferences = read_preferences(self._preferences_file)
        self.pane_sizes = self._preferences.panes
        wanted = self._preferences.theme
        self.theme = wanted if wanted in self.available_themes else Preferences().theme

    def on_mount(self) -> None:
        self.theme_changed_signal.subscribe(self, self._theme_chosen)
        self.report_themes()
        self.read_keys()
        self.watch(self, "loaded", self.coach, init=False)
        self.mode_change_signal.subscribe(self, lambda _: self.coach())
        if self._watch:
            self.set_interval(REREAD_SECONDS, self.reread_files)

    def coach(self) -> None:
        """Go to the first step of the tour that is not done yet; the last one ends with it."""
        while self.coach_step is not None and self.coach_steps[self.coach_step].is_done(self.current_mode, self.state):
            is_last = self.coach_step + 1 == len(self.coach_steps)
            self.coach_step = None if is_last else self.coach_step + 1

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "end_coach":
            return self.coach_step is not None and isinstance(self.screen, ModeScreen) and not self.is_typing
        return super().check_action(action, parameters)

    def action_end_coach(self) -> None:
        """End the tour."""
        self.coach_step = None

    def reread_files(self) -> None:
        """Take over what changed in the theme folders and in the key file."""
        self.use_themes()
        self.report_themes()
        self.read_keys()

    def read_keys(self) -> None:
        """Use the person's own keys, and tell what is wrong with them; nothing when the file is as before."""
        file = self.context.workspace.paths.keys_file
        try:
            modified = file.stat().st_mtime
        except OSError:
            modified = 0.0
        if modified == self._keys_read:
            return
        self._keys_read = modified
        self.keymap = read_keymap(file)
        self.set_keymap(self.keymap.bindings())
        for problem in self.keymap.problems:
            self.show_error(problem)

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

    def _theme_chosen(self, theme: Theme) -> None:
        self._prefer(replace(self._preferences, theme=theme.name))

    def keep_pane_sizes(self, sizes: Mapping[str, int]) -> None:
        self.pane_sizes = sizes
        self._prefer(replace(self._preferences, panes=sizes))

    def _prefer(self, preferences: Preferences) -> None:
        """Start with ``preferences`` the next time."""
        if preferences != self._preferences:
            self._preferences = preferences
            self._write_preferences()

    @background(group="preferences")
    async def _write_preferences(self) -> None:
        with suppress(OSError):  # not worth a word: what was chosen works
            await asyncio.to_thread(write_preferences, self._preferences_file, self._preferences)

    # --- going places ---

    async def action_mode(self, mode: str) -> None:
        """Open a mode, leaving what is on top of the current one there."""
        await self.switch_mode(mode)

    async def reveal(self, kind: str, name: str) -> None:
        """Open the mode an entity belongs to, with the cursor on it."""
        await self.switch_mode(mode_of(kind))
        if isinstance(self.screen, ModeScreen):
            self.screen.reveal(kind, name)

    async def test_call(self, call: CallToTest) -> None:
        """Open Test with a tool, prompt or resource, and its arguments where there are some."""
        from mcptui.tui.playground.screen import PlaygroundScreen

        await self.switch_mode(TEST.id)
        if isinstance(self.screen, PlaygroundScreen):
            self.screen.open_call(call)

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
            here = (action for action in screen.ACTIONS if screen.check_action(action.name, ()))
            yield from (action for action in here if not (self.read_only and action.changes))
        yield from (action for action in ACTIONS if self.check_action(action.name, ()))

    def _action_entries(self) -> Iterable[Entry]:
        title = MODES[self.current_mode].title if isinstance(self.screen, ModeScreen) else "This screen"
        if about := self.screen.HELP:
            yield Entry(title="About this screen", run=partial(self.show_about, title, about), group=title)
        yield from action_entries(self, self.possible_actions(), title)

    def show_about(self, title: str, text: str) -> None:
        """Show the help text of a screen."""
        self.push_screen(TextDialog(title, dedent(text).strip(), language="markdown"))

    def action_actions(self) -> None:
        """Show what can be done, with its keys; run what is chosen."""
        self.find("Actions", tuple(self._action_entries()))

    @background(group="dialog")
    async def action_go_to(self) -> None:
        """Go to anything by its name; actions are found too."""
        tools = await tools_by_server(self)
        actions = [replace(entry, at_once=False) for entry in self._action_entries()]
        entries = (*named_entries(self), *opened_entries(self, tools), *actions)
        self.find("Go to", entries, hint="name of a server, key, team, group, model, secret, tool, or an action")

    @background(group="dialog", exclusive=True)
    async def action_secrets(self) -> None:
        """Show where each secret is used; set or delete one."""
        await manage_secrets(self)

    def action_change_theme(self) -> None:
        """Choose a theme."""
        names = sorted(self.available_themes)
        self.find("Theme", [Entry(title=name, run=partial(setattr, self, "theme", name)) for name in names])

    @background(group="report", exclusive=True)
    async def action_report(self) -> None:
        """Show versions, paths, findings and recent errors, to copy into a bug report."""
        from mcptui.services.doctor import doctor

        report = await asyncio.to_thread(doctor, self.context.workspace)
        size, colours = self.size, self.console.color_system or "none"
        terminal = f"## Terminal\n\n{size.width}x{size.height}, {colours} colours, theme {self.theme}"
        errors = self.errors.as_text() or "No errors since the app was started."
        text = f"{report.markdown()}\n\n{terminal}\n\n# Recent errors\n\n{errors}"
        self.push_screen(TextDialog("Report", text, language="markdown"))

    def action_toggle_read_only(self) -> None:
        """Refuse changes from now on, or allow them again."""
        self.read_only = not self.read_only
        self.say(f"Read-only mode is {'on: changes are refused' if self.read_only else 'off'}")

    # --- text in other programs ---

    def action_page_text(self) -> None:
        """Read the text of the screen, or of the focused field, in the pager."""
        text = readable_text(self.screen)
        if not text:
            self.say("No text to show in the pager.")
            return
        try:
            page(self, text)
        except ExternalProgramError as error:
            self.show_error(error)

    def action_edit_text(self) -> None:
        """Edit the focused text in the editor."""
        field = self.focused
        if not isinstance(field, Input | TextArea) or (isinstance(field, TextArea) and field.read_only):
            self.say("No editable field focused.")
            return
        if isinstance(field, Input) and field.password:
            self.say("Hidden values cannot be opened in an editor.")
            return
        before = field.text if isinstance(field, TextArea) else field.value
        is_json = isinstance(field, TextArea) and field.language == "json"
        try:
            text = edited(self, before, suffix=".json" if is_json else ".txt")
        except ExternalProgramError as error:
            self.show_error(error)
            return
        if isinstance(field, TextArea):
            field.text = text.removesuffix("\n")
        else:
            field.value = " ".join(text.split("\n")).strip()

    @background(group="dialog")
    async def action_history(self) -> None:
        """Show earlier contents of the state file, and restore one."""
        await show_history(self)

    async def action_edit_file(self) -> None:
        """Open the state file in the editor, at the line of its error."""
        if self.read_only:
            self.refuse_change()
            return
        paths, error = self.context.workspace.paths, self.state_error
        try:
            paths.ensure()
            edit_file(self, paths.config_file, error.line if isinstance(error, StateError) else None)
        except McptuiError as failed:
            self.show_error(failed)
        await self.reload_state()
        if self.state_error is not None:
            self.show_error(self.state_error)

    @background(group="dialog")
    async def action_jump(self) -> None:
        """Put letters on panes and fields, and go where the pressed one stands."""
        found = targets(self.screen)
        if found and (widget := await self.push_screen_wait(JumpOverlay(found))) is not None:
            widget.focus()

    def action_errors(self) -> None:
        """Show the errors of this run."""
        if self.errors.entries:
            self.push_screen(ErrorList(tuple(self.errors.entries)))
        else:
            self.say("No errors since the app was started.")

    # --- leaving ---

    @background(group="leave", exclusive=True)
    async def action_leave(self) -> None:
        """Leave; asks once whether the gateway stays."""
        if await may_leave(self):
            for change in self.changes_made.clear():
                await asyncio.to_thread(forget_orphaned_secrets, self.context.workspace, change)
            self.exit(0)


def run_app(workspace: Workspace, *, start_gateway: bool = True, options: AppOptions = DEFAULT_OPTIONS) -> int:
    """Run the app until the person leaves; the exit code."""
    # Drawing makes and drops thousands of small objects for every key. With Python's own threshold, 700, searching
    # them for garbage takes half of the time from a key to its answer.
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS, 10, 10)
    context = AppContext(workspace, workspace.gateway, profile=workspace.paths.profile)
    app = McptuiApp(context, start_gateway=start_gateway, options=options)
    app.run()
    return app.return_code or 0
