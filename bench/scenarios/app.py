"""The app with a lot of everything: from the command to the first picture, and every key after that."""

from __future__ import annotations

import asyncio
import fcntl
import os
import pty
import select
import signal
import statistics
import struct
import sys
import tempfile
import termios
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from bench.rig import Rig
from mcptui.model import Server, State
from mcptui.model.runtime import CallEvent, Listed, ServerStatus
from mcptui.state.paths import Paths
from mcptui.state.store import StateStore
from mcptui.testing.fake_gateway import FakeGateway
from mcptui.testing.quiet import draw, quick_pilot, quiet
from mcptui.testing.scenes import data
from mcptui.testing.scenes.app import demo_gateway, scene_app
from mcptui.tui.app import McptuiApp

TITLE = "The app"
_SERVERS: Final = 200
_TOOLS: Final = 5_000
_CALLS: Final = 100_000
_LINES: Final = 10_000
_RESULT: Final = 20_000_000
ROUNDS: Final = 5
_KEY_BAR: Final = 0.050
_FRAME_BAR: Final = 0.8


def run(rig: Rig) -> list[str]:
    """The table and the bars."""
    frame = min(_first_frame() for _ in range(ROUNDS))
    with quick_pilot():
        keys = asyncio.run(_keys())
    rows = ["| what | median ms | worst ms |", "|---|---:|---:|"]
    rows += [f"| {what} | {statistics.median(ms):.0f} | {max(ms):.0f} |" for what, ms in keys]
    slow = [what for what, ms in keys if statistics.median(ms) > _KEY_BAR * 1000]
    world = f"{_SERVERS} servers, {_TOOLS} tools, {_CALLS} calls, a log of {_LINES} lines, a result of 20 MB"
    return [
        f"CPU time from a key press to the drawn screen, with {world}; 120x36, without a terminal behind it.",
        "",
        *rows,
        "",
        f"- command to first frame, {_SERVERS} servers: **{frame:.2f} s** (bar {_FRAME_BAR}) "
        + ("met" if frame <= _FRAME_BAR else "not met"),
        f"- every key answered within {_KEY_BAR * 1000:.0f} ms: "
        + ("met" if not slow else f"not met by {', '.join(slow)}"),
    ]


def _state() -> State:
    servers = {
        f"server-{n:03}": Server(name=f"server-{n:03}", url=f"http://127.0.0.1:9/{n}", tags=("bench",))
        for n in range(_SERVERS)
    }
    return replace(data.STATE, servers=servers, groups={}, orgs={}, teams={}, users={}, keys={})


def _first_frame() -> float:
    """Seconds until the list of servers is on a terminal."""
    with tempfile.TemporaryDirectory() as home:
        StateStore(Paths.resolve(Path(home))).change(lambda _: _state())
        started = time.perf_counter()
        pid, terminal = pty.fork()
        if pid == 0:
            environment = os.environ | {"MCPTUI_HOME": home, "TERM": "xterm-256color", "MCPTUI_READ_ONLY": "1"}
            os.execve(sys.executable, [sys.executable, "-m", "mcptui"], environment)
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 36, 120, 0, 0))
        seen = b""
        try:
            while b"server-000" not in seen:
                ready, _, _ = select.select([terminal], [], [], 20)
                if not ready:
                    raise TimeoutError("no first frame in 20 seconds")
                seen += os.read(terminal, 65536)
            return time.perf_counter() - started
        finally:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            os.close(terminal)
            _stop_gateway(home)


def _stop_gateway(home: str) -> None:
    from subprocess import run as run_command

    environment = os.environ | {"MCPTUI_HOME": home}
    run_command([sys.executable, "-m", "mcptui", "gateway", "stop"], env=environment, capture_output=True, check=False)


def _gateway(state: State) -> FakeGateway:
    schema = {"type": "object", "properties": {name: {"type": "string"} for name in ("path", "query", "limit")}}
    tools: list[dict[str, Any]] = [
        {"name": f"server-{n % _SERVERS:03}__tool-{n}", "description": "Reads something. " * 8, "inputSchema": schema}
        for n in range(_TOOLS)
    ]
    owners = {tool["name"]: (tool["name"][:10], tool["name"][12:]) for tool in tools}
    status = replace(
        data.STATUS,
        servers=tuple(ServerStatus(name=name, state="ready", since=0.0, tools=25) for name in state.servers),
    )
    text = {"content": [{"type": "text", "text": "line of a large result\n" * (_RESULT // 23)}]}
    first = data.RECORDS[0]
    return demo_gateway(
        running=status,
        by_key={None: Listed(tools=tools, owners=owners)},
        records=[replace(first, id=n, at=first.at + n) for n in range(1, _CALLS + 1)],
        lines=[f"2026-11-22 14:30:00 INFO line {n} of the log" for n in range(_LINES)],
        events={"tools/call": (CallEvent(type="result", value=text),)},
    )


async def _keys() -> list[tuple[str, Sequence[float]]]:
    state = _state()
    with tempfile.TemporaryDirectory() as home:
        app = scene_app(Path(home), state, _gateway(state))
        async with app.run_test(size=(120, 36)):
            await _settled(app)
            return [measured async for measured in _session(app)]


async def _session(app: McptuiApp) -> Any:
    yield "down the list of servers", await _timed(app, ["j"] * 20)
    yield "to the end of the list and back", await _timed(app, ["G", "g"] * 5)
    yield "mode Test, first time", await _timed(app, ["3"])
    yield "mode Gateway, first time", await _timed(app, ["5"])
    yield "down the list of calls", await _timed(app, ["j"] * 20)
    yield "mode Access, first time", await _timed(app, ["2"])
    yield "modes to and fro", await _timed(app, ["1", "3", "5", "1", "3", "5", "1", "3"])
    yield "down the list of tools", await _timed(app, ["j"] * 20)
    yield "to the end of the tools and back", await _timed(app, ["G", "g"] * 5)
    await _timed(app, ["slash"])
    yield "a letter of the filter over the tools", await _timed(app, [*"tool-49"])
    await _timed(app, ["enter", "enter"])
    yield "a letter in a form", await _timed(app, [*"/srv/docs"])
    yield "a run with the large result", await _timed(app, ["f5"])
    app.screen.query_one("ResultText").focus()
    yield "scrolling in the large result", await _timed(app, ["j", "ctrl+d"] * 5)


async def _timed(app: McptuiApp, keys: Sequence[str]) -> list[float]:
    """CPU milliseconds from each key to the drawn screen, work that it started included.

    CPU time, because the time that passes has the waiting for whatever else may still come in it.
    """
    times = []
    for key in keys:
        started = time.process_time()
        app.simulate_key(key)
        await _settled(app)
        times.append((time.process_time() - started) * 1000)
    return times


async def _settled(app: McptuiApp) -> None:
    while True:
        await quiet(app)
        if not any(not worker.is_finished and worker.group != "endless" for worker in app.workers):
            break
        await asyncio.sleep(0.001)
    draw(app)
