"""Every scene by name: what is on the screen after which keys."""

from __future__ import annotations

import os
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from mcptui.model import State
from mcptui.tui.access.key_dialog import KeyDialog
from mcptui.tui.playground.screen import PlaygroundScreen
from mcptui.tui.servers.paste_box import PasteArea
from mcptui.tui.shell.app import McptuiApp
from tests.support.fake_gateway import FakeGateway
from tests.support.pilot import press, settle
from tests.support.quiet import quick_pilot
from tests.support.scenes import data, talk
from tests.support.scenes.app import demo_gateway, scene_app

#: A key to press, or something else to do.
Step: TypeAlias = str | Callable[[Pilot[Any]], Awaitable[None]]
Show: TypeAlias = Callable[[Pilot[Any]], Awaitable[None]]

WIDE: Final = (120, 36)
SMALL: Final = (80, 24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One picture: a world, a terminal, and the steps that lead there; what ``last`` keys begin does not end."""

    steps: Sequence[Step] = ()
    last: Sequence[str] = ()
    state: State = data.STATE
    gateway: Callable[[], FakeGateway] = demo_gateway
    size: tuple[int, int] = WIDE
    theme: str = "mcptui-dark"


def pasted(text: str) -> Step:
    """Paste ``text`` into the field of the server form."""

    async def paste(pilot: Pilot[Any]) -> None:
        pilot.app.screen.query_one(PasteArea).insert(text)

    return paste


def revealed(kind: str, name: str) -> Step:
    """Put the cursor on an entity, opening its mode."""

    async def reveal(pilot: Pilot[Any]) -> None:
        assert isinstance(pilot.app, McptuiApp)
        await pilot.app.reveal(kind, name)

    return reveal


def tested(name: str) -> Step:
    """Put the cursor of the Test mode on a tool."""

    async def open_item(pilot: Pilot[Any]) -> None:
        assert isinstance(pilot.app.screen, PlaygroundScreen)
        pilot.app.screen.open_item("tools", name)

    return open_item


async def _new_key(pilot: Pilot[Any]) -> None:
    """The dialog of a new key, which is never the same twice."""
    secret = f"sk-mcptui-{'0' * 39}3f9a"
    pilot.app.push_screen(KeyDialog("cursor-laptop", secret, "sk-mcptui-…3f9a", data.STATUS.url))


def _talking() -> FakeGateway:
    return demo_gateway(events=talk.EVENTS)


def _asking() -> FakeGateway:
    return demo_gateway(events=talk.ASKING)


def _failing() -> FakeGateway:
    return demo_gateway(steps=data.PROBE_FAILED)


_KEY: Final = (revealed("key", "cursor-laptop"),)
_BOXES: Final = (revealed("team", "data"), "enter", "j", "j", "j", "space")
_CALL: Final = ("3", tested("github__list_issues"), "enter", *"acme", "tab", *"handbook", "f5")
_CHAT: Final = ("4", *"When do we release?", "enter")

SCENES: Final[Mapping[str, Scene]] = {
    "welcome": Scene(state=State(), size=SMALL),
    "servers": Scene(),
    "servers-trouble": Scene(steps=["j", "j", "j", "j"]),
    "servers-small": Scene(size=SMALL),
    "servers-marked": Scene(steps=["m", "m", "b"]),
    "servers-tested": Scene(steps=["B"], size=(100, 30)),
    "jump": Scene(steps=["ctrl+o"], size=SMALL),
    "servers-light": Scene(theme="mcptui-light"),
    "servers-mono": Scene(theme="mcptui-mono"),
    "servers-contrast": Scene(theme="mcptui-contrast"),
    "server-add": Scene(state=State(), steps=["n", pasted("https://mcp.deepwiki.com/mcp"), "f5"]),
    "server-probe-failed": Scene(
        gateway=_failing, steps=["n", pasted("python -m warehouse.mcp --region eu"), "f5"], size=(100, 30)
    ),
    "server-edit": Scene(steps=["j", "e"]),
    "actions": Scene(steps=["question_mark"], size=SMALL),
    "access": Scene(steps=_KEY),
    "access-boxes": Scene(steps=_BOXES),
    "access-small": Scene(steps=_BOXES, size=SMALL),
    "access-light": Scene(steps=_BOXES, theme="mcptui-light"),
    "access-mono": Scene(steps=_BOXES, theme="mcptui-mono"),
    "access-matrix": Scene(steps=["2", "v", "j", "l", "space"]),
    "access-form": Scene(steps=["2", "n", "enter", *"phone", "tab", "tab", "tab", *"30d"], size=(100, 30)),
    "access-new-key": Scene(steps=["2", _new_key], size=(100, 32)),
    "access-empty": Scene(steps=["2"], state=State(servers=data.STATE.servers), size=SMALL),
    "test": Scene(steps=_CALL, gateway=_talking),
    "test-small": Scene(steps=_CALL, gateway=_talking, size=SMALL),
    "test-light": Scene(steps=_CALL, gateway=_talking, theme="mcptui-light"),
    "test-mono": Scene(steps=_CALL, gateway=_talking, theme="mcptui-mono"),
    "test-compare": Scene(steps=["3", "K"], size=(100, 30)),
    "test-earlier": Scene(steps=[*_CALL, "escape", "H"], gateway=_talking, size=(100, 30)),
    "test-typed": Scene(steps=["3", "ctrl+l", "ctrl+u", *"issue", "down"], size=(100, 30)),
    "test-error": Scene(
        steps=["3", tested("github__create_issue"), "enter", *"acme", "f5"], gateway=_talking, size=(100, 30)
    ),
    "chat": Scene(steps=_CHAT, gateway=_talking),
    "chat-small": Scene(steps=_CHAT, gateway=_talking, size=SMALL),
    "chat-light": Scene(steps=_CHAT, gateway=_talking, theme="mcptui-light"),
    "chat-mono": Scene(steps=_CHAT, gateway=_talking, theme="mcptui-mono"),
    "chat-approval": Scene(steps=_CHAT[:-1], last=_CHAT[-1:], gateway=_asking, size=(100, 30)),
    "chat-servers": Scene(steps=[*_CHAT, "f9"], gateway=_talking, size=(100, 30)),
    "chat-model": Scene(steps=["4", "f6"], state=State(), size=SMALL),
    "gateway": Scene(steps=["5"]),
    "gateway-call": Scene(steps=["5", "j", "j", "j", "enter"], size=(100, 30)),
    "gateway-denied": Scene(steps=["5", "j"]),
    "gateway-tokens": Scene(steps=["5", "right_square_bracket", "right_square_bracket", "enter"]),
    "gateway-settings": Scene(steps=["5", "f2"], size=(100, 30)),
    "gateway-small": Scene(steps=["5"], size=SMALL),
    "gateway-light": Scene(steps=["5"], theme="mcptui-light"),
}


@contextmanager
def standing_still() -> Iterator[None]:
    """Take out of the surroundings what makes two pictures differ: time zone and colour settings."""
    changed = {"TZ": "UTC", "NO_COLOR": None}
    before = {name: os.environ.get(name) for name in changed}
    _set_variables(changed)
    try:
        with quick_pilot():
            yield
    finally:
        _set_variables(before)


def _set_variables(values: Mapping[str, str | None]) -> None:
    for name, value in values.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
    time.tzset()


async def draw(scene: Scene, home: Path, show: Show) -> None:
    """Play ``scene`` in the empty directory ``home`` and let ``show`` look at its end."""
    app = scene_app(home, scene.state, scene.gateway())
    async with app.run_test(size=scene.size) as pilot:
        app.theme = scene.theme
        await settle(pilot)
        for step in scene.steps:
            if isinstance(step, str):
                await press(pilot, step)
            else:
                await step(pilot)
                await settle(pilot)
        for key in scene.last:
            await pilot.press(key)
            await pilot.pause()
        for text_input in app.screen.query(Input):
            text_input.cursor_blink = False
        for area in app.screen.query(TextArea):
            area.cursor_blink = False
        await pilot.pause()
        await show(pilot)
