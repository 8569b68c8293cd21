"""The command palette: all actions of all modes, and everything that has a name."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, cast

from textual.command import DiscoveryHit, Hit, Hits, Provider

from mcptui.protocol.text import one_line
from mcptui.tui.keys.actions import keys_label
from mcptui.tui.keys.registry import APP_ACTIONS, MODE_ACTIONS
from mcptui.tui.shell.app_actions import MODE_TITLES

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from mcptui.tui.shell.app import McptuiApp


class _Commands(Provider):
    """Fuzzy search over (text, help, command)."""

    def commands(self) -> Iterator[tuple[str, str, Callable[[], Awaitable[None]]]]:
        """Everything that can be chosen now."""
        raise NotImplementedError

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for text, help_text, command in self.commands():
            if (score := matcher.match(text)) > 0:
                yield Hit(score, matcher.highlight(text), command, text=text, help=help_text)

    @property
    def mcptui(self) -> McptuiApp:
        """The app, typed."""
        return cast("McptuiApp", self.app)


class ActionCommands(_Commands):
    """Actions: those of this mode first, then the app's, then the other modes'."""

    def commands(self) -> Iterator[tuple[str, str, Callable[[], Awaitable[None]]]]:
        app = self.mcptui
        current = app.current_mode
        modes = sorted(MODE_ACTIONS, key=lambda mode: mode != current)
        for position, mode in enumerate(modes):
            for action in MODE_ACTIONS[mode]:
                text = action.title if mode == current else f"{MODE_TITLES[mode]}: {action.title}"
                yield text, keys_label(app.keymap.of(action)), partial(app.run_in_mode, mode, action)
            if position == 0:
                for action in APP_ACTIONS:
                    yield action.title, keys_label(app.keymap.of(action)), partial(app.run_in_mode, current, action)

    async def discover(self) -> Hits:
        for text, help_text, command in self.commands():
            yield DiscoveryHit(text, command, help=help_text)


class EntityCommands(_Commands):
    """Servers, keys, users, teams, orgs by name."""

    def commands(self) -> Iterator[tuple[str, str, Callable[[], Awaitable[None]]]]:
        state = self.mcptui.state
        for kind, names in (
            ("server", state.servers),
            ("key", state.keys),
            ("user", state.users),
            ("team", state.teams),
            ("org", state.orgs),
        ):
            for name in names:
                yield f"{kind} {one_line(name, limit=64)}", "", partial(self.mcptui.reveal, kind, name)
