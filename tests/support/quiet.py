"""When an app under test has nothing left to do, seen from the event loop instead of guessed from the CPU."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from textual import app as textual_app
from textual import pilot as textual_pilot
from textual._compositor import Compositor
from textual._context import active_app
from textual.app import App
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.pilot import Pilot

#: Timers that are due so soon belong to what is going on; later ones (a blinking cursor) do not.
SOON_SECONDS: Final = 0.05

#: Rules of the style sheets by the theme's variables; each app would parse them anew.
_RULES: Final[defaultdict[frozenset[tuple[str, str]], dict[tuple[Any, ...], list[RuleSet]]]] = defaultdict(dict)
#: The variables that were asked about last, and what is known with them: all sheets of an app share them.
_LAST: Final[list[tuple[dict[str, str], dict[tuple[Any, ...], list[RuleSet]]]]] = []

_render_update = Compositor.render_update
_shutdown = App._shutdown
_parse_rules = Stylesheet._parse_rules


async def quiet(app: App[Any], *, soon: float = SOON_SECONDS) -> None:
    """Wait until nothing in the event loop can run and the layout of the active screen is done.

    Threads, servers, and whoever waits for a timer that is not due ``soon`` may still be at work.
    """
    loop: Any = asyncio.get_running_loop()
    until = loop.time() + soon
    while True:
        await asyncio.sleep(0)
        if loop._ready:
            continue
        if app.is_running and app.screen_stack:
            app.screen._on_timer_update()
            if loop._ready:
                continue
        due = min((timer.when() for timer in loop._scheduled if not timer.cancelled()), default=until)
        if due >= until:
            return
        await asyncio.sleep(max(due - loop.time(), 0))


def draw(app: App[Any]) -> object:
    """Draw what changed on the active screen; what Textual would write of it, None for nothing."""
    if app.is_running and app.screen_stack:
        return _render_update(app.screen._compositor, screen_stack=app._background_screens)
    return None


@contextmanager
def quick_pilot() -> Iterator[None]:
    """Let pilots wait by :func:`quiet`, and screens draw only when :func:`draw` says so, and at the end of the app.

    Textual's own waiting sleeps 20 ms at least five times for each key, and takes a starved process for an idle
    one; drawing every state in between costs a third of a test's time.
    """

    async def wait_for_idle(*_: float) -> None:
        if (app := active_app.get(None)) is not None:
            await quiet(app)

    async def wait_for_screen(pilot: Pilot[Any], timeout: float = 30.0) -> bool:
        await quiet(pilot.app)
        return not pilot.app._exception_event.is_set()

    def no_delay(app: App[Any], delay: float = 0.0) -> None:
        """Screens that change are shown at once."""

    def render_later(compositor: Compositor, *_: object, **options: Any) -> Any:
        """The regions stay dirty until somebody wants to see them; a picture is wanted at once."""
        return _render_update(compositor, **options) if "simplify" in options else None

    async def shut_down(app: App[Any]) -> None:
        """What no test has looked at can be drawn, too."""
        try:
            draw(app)
        finally:
            await _shutdown(app)

    def parse_once(sheet: Stylesheet, *args: Any, **options: Any) -> list[RuleSet]:
        """What one app has parsed the next one takes over."""
        if not _LAST or _LAST[0][0] is not sheet._variables:
            _LAST[:] = [(sheet._variables, _RULES[frozenset(sheet._variables.items())])]
        _, known = _LAST[0]
        source = (*args, *options.values())
        if source not in known:
            known[source] = _parse_rules(sheet, *args, **options)
        return known[source]

    changes: tuple[tuple[Any, str, Any], ...] = (
        (textual_app, "wait_for_idle", wait_for_idle),
        (textual_pilot, "wait_for_idle", wait_for_idle),
        (Pilot, "_wait_for_screen", wait_for_screen),
        (App, "delay_update", no_delay),
        (App, "_shutdown", shut_down),
        (Compositor, "render_update", render_later),
        (Stylesheet, "_parse_rules", parse_once),
    )
    before = [getattr(owner, name) for owner, name, _ in changes]
    for owner, name, value in changes:
        setattr(owner, name, value)
    try:
        yield
    finally:
        for (owner, name, _), value in zip(changes, before, strict=True):
            setattr(owner, name, value)
