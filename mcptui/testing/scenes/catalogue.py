"""Every scene by name: what is on the screen after which keys."""

from __future__ import annotations

import os
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from mcptui.model import State
from mcptui.testing.fake_gateway import FakeGateway
from mcptui.testing.pilot import press, settle
from mcptui.testing.scenes import data
from mcptui.testing.scenes.app import demo_gateway, scene_app
from mcptui.tui.servers.paste_box import PasteArea

#: A key to press, or something else to do.
Step: TypeAlias = str | Callable[[Pilot[Any]], Awaitable[None]]
Show: TypeAlias = Callable[[App[Any]], None]

WIDE: Final = (120, 36)
SMALL: Final = (80, 24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One picture: a world, a terminal, and the steps that lead there."""

    steps: Sequence[Step] = ()
    state: State = data.STATE
    gateway: Callable[[], FakeGateway] = demo_gateway
    size: tuple[int, int] = WIDE
    theme: str = "mcptui-dark"


def pasted(text: str) -> Step:
    """Paste ``text`` into the field of the server form."""

    async def paste(pilot: Pilot[Any]) -> None:
        pilot.app.screen.query_one(PasteArea).insert(text)

    return paste


def _failing() -> FakeGateway:
    return demo_gateway(steps=data.PROBE_FAILED)


def _answering() -> FakeGateway:
    return demo_gateway(events={"read_text_file": [data.READ_FILE], "tools/call": [data.READ_FILE], "chat": data.TURN})


SCENES: Final[Mapping[str, Scene]] = {
    "welcome": Scene(state=State(), size=SMALL),
    "servers": Scene(),
    "servers-trouble": Scene(steps=["j", "j", "j", "j"]),
    "servers-small": Scene(size=SMALL),
    "servers-light": Scene(theme="mcptui-light"),
    "servers-mono": Scene(theme="mcptui-mono"),
    "servers-contrast": Scene(theme="mcptui-contrast"),
    "server-add": Scene(state=State(), steps=["n", pasted("https://mcp.deepwiki.com/mcp"), "ctrl+t"]),
    "server-probe-failed": Scene(
        gateway=_failing, steps=["n", pasted("python -m warehouse.mcp --region eu"), "ctrl+t"], size=(100, 30)
    ),
    "server-edit": Scene(steps=["j", "e"]),
    "access": Scene(steps=["2", "j", "j", "j"]),
    "access-light": Scene(steps=["2", "j", "j", "j"], theme="mcptui-light"),
    "test": Scene(gateway=_answering, steps=["3", *["j"] * 8, "enter", *"/srv/docs/handbook.md", "f5"]),
    "chat": Scene(gateway=_answering, steps=["4", *"Do we have a page about holidays?", "enter"]),
    "actions": Scene(steps=["question_mark"], size=SMALL),
    "gateway": Scene(steps=["5"]),
    "gateway-call": Scene(steps=["5", "j", "j", "j", "enter"], size=(100, 30)),
    "gateway-light": Scene(steps=["5"], theme="mcptui-light"),
}


@contextmanager
def standing_still() -> Iterator[None]:
    """Take out of the surroundings what makes two pictures differ: time zone and colour settings."""
    changed = {"TZ": "UTC", "NO_COLOR": None}
    before = {name: os.environ.get(name) for name in changed}
    _set_variables(changed)
    try:
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
    """Play ``scene`` in the empty directory ``home`` and call ``show`` with the app at its end."""
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
        for text_input in app.screen.query(Input):
            text_input.cursor_blink = False
        for area in app.screen.query(TextArea):
            area.cursor_blink = False
        await pilot.pause()
        show(app)
