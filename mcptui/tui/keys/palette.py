"""The command palette: all actions of all modes, and everything that has a name."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from typing import Protocol, cast

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from mcptui.model import State
from mcptui.protocol.text import one_line
from mcptui.tui.keys.actions import Action, keys_label
from mcptui.tui.keys.keymap import Keymap
from mcptui.tui.shell.app_actions import ACTIONS
from mcptui.tui.shell.modes import MODES
from mcptui.tui.widgets.matching import Query


class _App(Protocol):
    """What the commands need of the app."""

    @property
    def current_mode(self) -> str: ...
    @property
    def keymap(self) -> Keymap: ...
    @property
    def state(self) -> State: ...
    async def run_in_mode(self, mode: str, action: Action) -> None: ...
    async def reveal(self, kind: str, name: str) -> None: ...


class _Commands(Provider):
    """Search over (text, help, command), with the filter of the tables."""

    def commands(self) -> Iterator[tuple[str, str, Callable[[], Awaitable[None]]]]:
        """Everything that can be chosen now."""
        raise NotImplementedError

    async def search(self, query: str) -> Hits:
        wanted = Query(query)
        for text, help_text, command in self.commands():
            if weight := wanted.weight(text):
                yield Hit(weight, self._marked(text, wanted), command, text=text, help=help_text)

    def _marked(self, text: str, wanted: Query) -> Content:
        content = Content(text)
        for place in wanted.places_in(text):
            content = content.stylize(self.match_style or "reverse", place, place + 1)
        return content

    @property
    def mcptui(self) -> _App:
        """The app, typed."""
        return cast(_App, self.app)


class ActionCommands(_Commands):
    """Actions: those of this mode first, then the app's, then the other modes'."""

    def commands(self) -> Iterator[tuple[str, str, Callable[[], Awaitable[None]]]]:
        app = self.mcptui
        current = app.current_mode
        modes = sorted(MODES.values(), key=lambda mode: mode.id != current)
        for position, mode in enumerate(modes):
            for action in mode.actions:
                text = action.title if mode.id == current else f"{mode.title}: {action.title}"
                yield text, keys_label(app.keymap.of(action)), partial(app.run_in_mode, mode.id, action)
            if position == 0:
                for action in ACTIONS:
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
