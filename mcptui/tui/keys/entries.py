"""What can be chosen behind ``?`` and ``:``: actions of this screen and of other modes, and all that has a name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Protocol

from mcptui.model import State
from mcptui.tui.keys.actions import Action, keys_label
from mcptui.tui.keys.finder import Entry
from mcptui.tui.keys.keymap import Keymap
from mcptui.tui.shell.modes import MODES


class _App(Protocol):
    """What the entries need of the app."""

    @property
    def current_mode(self) -> str: ...
    @property
    def keymap(self) -> Keymap: ...
    @property
    def state(self) -> State: ...
    async def run_in_mode(self, mode: str, action: Action) -> None: ...
    async def reveal(self, kind: str, name: str) -> None: ...
    async def action_mode(self, mode: str) -> None: ...


def action_entries(app: _App, possible: Iterable[Action], title: str) -> Iterator[Entry]:
    """The actions that are possible now, then those of other modes for the search; ``title`` is the screen's."""
    for action in possible:
        group = "Everywhere" if action.scope == "app" else title
        yield _entry(app, app.current_mode, action, group, at_once=True)
    for mode in MODES.values():
        if mode.id != app.current_mode:
            for action in mode.actions:
                yield _entry(app, mode.id, action, mode.title, at_once=False)


def _entry(app: _App, mode: str, action: Action, group: str, *, at_once: bool) -> Entry:
    run = partial(app.run_in_mode, mode, action)
    return Entry(title=action.title, run=run, keys=keys_label(app.keymap.of(action).keys), group=group, at_once=at_once)


def named_entries(app: _App) -> Iterator[Entry]:
    """The modes, then all that the state file names."""
    for number, mode in enumerate(MODES.values(), 1):
        yield Entry(title=mode.title, run=partial(app.action_mode, mode.id), keys=str(number), group="Modes")
    state = app.state
    for kind, names in (
        ("server", state.servers),
        ("key", state.keys),
        ("user", state.users),
        ("team", state.teams),
        ("org", state.orgs),
    ):
        for name in names:
            yield Entry(title=f"{kind} {name}", run=partial(app.reveal, kind, name), group=f"{kind.capitalize()}s")
