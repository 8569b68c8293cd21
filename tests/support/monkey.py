"""Random keys on the app while what is behind it fails; what must stay true is checked on the way."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeVar, get_args

from textual.pilot import Pilot

from mcptui.errors import McptuiError, RefusedError, UnreachableError
from mcptui.model import Server
from mcptui.model.runtime import (
    CallEvent,
    CallRecord,
    GatewayStatus,
    Json,
    JsonObject,
    Listed,
    ProbeStep,
    ServerState,
)
from mcptui.services.workspace import Change
from mcptui.tui.shell.app import McptuiApp
from tests.support.fake_gateway import FakeGateway
from tests.support.quiet import draw, quiet

#: What a hand on a keyboard produces, the useful keys more often. Not ctrl+q: leaving is no accident.
KEYS: Final[Sequence[str]] = (
    *(["enter"] * 12 + ["escape"] * 12 + ["tab"] * 8 + ["down", "up", "left", "right", "j", "k"] * 3),
    *(["space"] * 4 + ["backspace", "delete", "home", "end", "pageup", "pagedown", "shift+tab"]),
    *("1234567890abcdefghilmnopqrstuvwxyzABCDEGIJLNRSTXYZ"),
    *("question_mark", "slash", "colon", "comma", "asterisk", "left_square_bracket", "right_square_bracket"),
    *("plus", "minus", "full_stop", "number_sign", "exclamation_mark", "underscore"),
    *(f"ctrl+{letter}" for letter in "abcdefgjklnoprstuvwxyz"),
    *("alt+up", "alt+down", "ctrl+up", "ctrl+down", "f1", "f2", "f3", "f5", "f8", "f9", "f12"),
)
_ERRORS: Final = (
    UnreachableError("the gateway does not answer", hint="s in mode 5 starts it"),
    RefusedError("[/b] refused \x1b]0;x\x07"),
    McptuiError("broken [@click=app.exit]x[/]", hint="\x9b31m"),
)

T = TypeVar("T")


@dataclass
class FailingGateway(FakeGateway):
    """A gateway whose every answer may be an error, and whose servers come and go."""

    dice: random.Random = field(default_factory=random.Random)
    #: How often something fails.
    chance: float = 0.15

    def _fall(self) -> None:
        if self.dice.random() < self.chance:
            raise self.dice.choice(_ERRORS)

    async def status(self) -> GatewayStatus | None:
        self._fall()
        if self.running is None or self.dice.random() < 0.05:
            return None
        states = get_args(ServerState)
        servers = tuple(
            replace(server, state=self.dice.choice(states), tools=self.dice.randrange(5), reason="[/x]\x1b[2J")
            for server in self.running.servers
            if self.dice.random() < 0.9
        )
        return replace(self.running, servers=servers, revision=f"{self.dice.randrange(3):064d}")

    async def start(self) -> GatewayStatus:
        self._fall()
        return await FakeGateway.start(self)

    async def restart(self) -> GatewayStatus:
        self._fall()
        return await FakeGateway.restart(self)

    async def stop(self) -> None:
        self._fall()
        await FakeGateway.stop(self)

    async def reload(self) -> str:
        self._fall()
        return await FakeGateway.reload(self)

    async def logs(self, lines: int = 200) -> list[str]:
        self._fall()
        return await FakeGateway.logs(self, lines)

    async def listed(self, key: str | None, server: str | None = None) -> Listed:
        self._fall()
        return await FakeGateway.listed(self, key, server)

    async def call(
        self, method: str, params: JsonObject | None = None, *, key: str | None = None
    ) -> AsyncGenerator[CallEvent, None]:
        self._fall()
        async for event in self._events([event async for event in FakeGateway.call(self, method, params, key=key)]):
            yield event

    async def chat(self, request: JsonObject) -> AsyncGenerator[CallEvent, None]:
        self._fall()
        async for event in self._events([event async for event in FakeGateway.chat(self, request)]):
            yield event

    async def _events(self, events: Sequence[CallEvent]) -> AsyncGenerator[CallEvent, None]:
        for event in events:
            await asyncio.sleep(0)
            self._fall()
            yield event
        if self.dice.random() < 0.2:
            await asyncio.Event().wait()  # until somebody cancels

    async def answer(self, id_: Any, result: Json = None, error: Json = None) -> None:
        self._fall()

    async def probe(self, server: Server) -> AsyncGenerator[ProbeStep, None]:
        for step in [step async for step in FakeGateway.probe(self, server)]:
            self._fall()
            yield step

    async def traffic(self, since: int = 0, *, follow: bool = False) -> AsyncGenerator[CallRecord, None]:
        self._fall()
        async for record in FakeGateway.traffic(self, since, follow=follow):
            yield record

    async def refresh(self, server: str) -> None:
        self._fall()


class Monkey:
    """Presses keys and keeps what it did, so that a failure can be played again."""

    def __init__(self, app: McptuiApp, dice: random.Random) -> None:
        self.pressed: list[str] = []
        self.changes = 0
        self._app = app
        self._dice = dice
        self._accept = app.accept
        app.accept = self._checked_accept  # type: ignore[method-assign]
        app.exit = self._no_exit  # type: ignore[method-assign]

    async def play(self, pilot: Pilot[Any], keys: int) -> None:
        """Press ``keys`` random keys.

        Raises:
            AssertionError: the app failed; the message has the last keys.
        """
        for count in range(keys):
            key = self._dice.choice(KEYS)
            self.pressed.append(key)
            await pilot.press(key)
            if count % 10 == 0:
                self._app.poll_gateway()
                await quiet(self._app)
            if count % 60 == 59:  # forms and dialogs hold whoever does not know the way out
                await self._elsewhere(pilot)
            if count % 50 == 0 and self._dice.random() < 0.5:
                await pilot.resize_terminal(*self._dice.choice([(60, 20), (80, 24), (120, 36), (200, 60), (20, 5)]))
            draw(self._app)
            self._check()
        for _ in range(12):
            await pilot.press("escape")
        self._check()

    async def _elsewhere(self, pilot: Pilot[Any]) -> None:
        for _ in range(4):
            await pilot.press("escape")
        mode = self._dice.choice("12345")
        self.pressed.append(mode)
        await pilot.press(mode)

    def _check(self) -> None:
        broken = [entry.message for entry in self._app.errors.entries if "inside mcptui" in entry.message]
        assert self._app.is_running, self._story("the app ended")
        assert not broken, self._story("\n".join(broken))

    def _checked_accept(self, change: Change) -> None:
        """Every change of the state file can be taken back, and then again."""
        workspace = self._app.context.workspace
        undone = workspace.undo(change)
        assert undone.after.state == change.before.state, self._story(f"undo of: {change.summary}")
        assert workspace.undo(undone).after.state == change.after.state, self._story(f"redo of: {change.summary}")
        self.changes += 1
        self._accept(change)

    def _no_exit(self, *_: Any, **__: Any) -> None:
        """The monkey stays."""

    def _story(self, what: str) -> str:
        return f"{what}\nafter {len(self.pressed)} keys, the last: {' '.join(self.pressed[-60:])}"
