"""The app with a lot of everything: from the command to the first picture, and every key after that."""

from __future__ import annotations

import asyncio
import fcntl
import os
import pty
import resource
import select
import signal
import statistics
import struct
import sys
import tempfile
import termios
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Final, NamedTuple

from bench.rig import Rig
from mcptui.model import Key, Org, Server, State, Team, User
from mcptui.model.runtime import CallEvent, JsonObject, Listed, ServerStatus
from mcptui.state.paths import Paths
from mcptui.state.store import StateStore
from mcptui.tui.shell.app import McptuiApp
from mcptui.tui.widgets.log_pane import LogPane
from tests.support.fake_gateway import FakeGateway
from tests.support.quiet import draw, quick_pilot, quiet
from tests.support.scenes import data
from tests.support.scenes.app import fake_of, scene_app

TITLE = "The app"
_SERVERS: Final = 200
_SUBJECTS: Final = 550
_PIECES: Final = 200
_TOOLS: Final = 5_000
_CALLS: Final = 100_000
_LINES: Final = 10_000
_RESULT: Final = 20_000_000
ROUNDS: Final = 5
_KEY_BAR: Final = 0.050
#: The first time that something is opened.
_OPENING_BAR: Final = 0.100
#: How often is looked whether a dialog is there.
_PATIENCE: Final = 40
#: What is opened, the keys that lead to where it is opened, and the key that opens it.
_OPENINGS: Final = (
    ("mode Access", (), "2"),
    ("mode Test", (), "3"),
    ("mode Chat", (), "4"),
    ("mode Gateway", (), "5"),
    ("the list of actions", ("1",), "question_mark"),
    ("the go-to dialog", ("1",), "colon"),
    ("jump letters", ("1",), "ctrl+o"),
    ("the errors", ("1",), "f12"),
    ("the history of changes", ("1",), "Z"),
    ("the secrets", ("1",), "dollar_sign"),
    ("the form of a new server", ("1",), "n"),
    ("the form of a server", ("1",), "e"),
    ("a question before deleting", ("1",), "d"),
    ("the test of a server", ("1",), "t"),
    ("the tags of a server", ("1",), "number_sign"),
    ("the import", ("1",), "i"),
    ("the installation into a client", ("1",), "c"),
    ("the kinds of subjects", ("2",), "n"),
    ("the form of a new key", ("2", "n"), "k"),
    ("the form of a subject", ("2",), "e"),
    ("the access matrix", ("2",), "v"),
    ("the findings", ("2",), "F"),
    ("the groups", ("2",), "at"),
    ("the comparison of keys", ("3",), "K"),
    ("the command line of a call", ("3",), "ctrl+l"),
    ("the conversations", ("4",), "alt+h"),
    ("the models", ("4",), "f6"),
    ("the settings of a conversation", ("4",), "f2"),
    ("the settings of the gateway", ("5",), "f2"),
    ("a call", ("5", "j"), "enter"),
)
_FRAME_BAR: Final = 0.8


class Answer(NamedTuple):
    """CPU milliseconds from a key press to the drawn answer, and to the end of the work that it caused."""

    drawn: float
    done: float


def run(rig: Rig) -> list[str]:
    """The table and the bars."""
    frame = min(_first_frame() for _ in range(ROUNDS))
    with quick_pilot():
        keys = [*asyncio.run(_at_once()), *asyncio.run(_keys())]
        openings = asyncio.run(_openings())
    rows = ["| what | answered, median ms | worst | with all that follows, median ms |", "|---|---:|---:|---:|"]
    rows += [
        f"| {name} | {statistics.median(drawn := [answer.drawn for answer in answers]):.0f} | {max(drawn):.0f} "
        f"| {statistics.median(answer.done for answer in answers):.0f} |"
        for name, answers in keys
    ]
    slow = [name for name, answers in keys if statistics.median(answer.drawn for answer in answers) > _KEY_BAR * 1000]
    world = (
        f"{_SERVERS} servers, {_SUBJECTS} orgs, teams, users and keys, {_TOOLS} tools, {_CALLS} calls, "
        f"a log of {_LINES} lines, a result of 20 MB"
    )
    what = (
        f"CPU time from a key press to the screen that answers it, and to the end of all that the key causes, threads "
        f"included, with {world}; 120x36, without a terminal behind it. *At once* is before the app had the time to "
        "make a mode ready; of keys that are *held down* only the last one has something that follows."
    )
    return [
        what,
        "",
        *rows,
        "",
        f"- command to first frame, {_SERVERS} servers: **{frame:.2f} s** (bar {_FRAME_BAR}) "
        + ("met" if frame <= _FRAME_BAR else "not met"),
        f"- every key answered within {_KEY_BAR * 1000:.0f} ms: "
        + ("met" if not slow else f"not met by {', '.join(slow)}"),
        "",
        f"First openings, CPU milliseconds to the drawn answer (bar {_OPENING_BAR * 1000:.0f}): "
        + ", ".join(f"{name} {milliseconds:.0f}" for name, milliseconds in openings)
        + ".",
        "",
        f"- memory of the app at the end: {_resident():.0f} MB",
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


def _crowd() -> State:
    """The servers, and a company that uses them."""
    state = _state()
    names = list(state.servers)

    def some(n: int, count: int) -> tuple[str, ...]:
        return tuple(names[(n * 7 + step) % len(names)] for step in range(count))

    orgs = {f"org-{n}": Org(name=f"org-{n}", servers=("*",)) for n in range(10)}
    teams = {f"team-{n}": Team(name=f"team-{n}", org=f"org-{n % 10}", servers=some(n, 80)) for n in range(40)}
    users = {f"user-{n}": User(name=f"user-{n}", team=f"team-{n % 40}") for n in range(100)}
    keys = {
        f"key-{n}": Key(name=f"key-{n}", hash=f"sha256:{n:064x}", user=f"user-{n % 100}", servers=some(n, 20))
        for n in range(400)
    }
    return replace(state, orgs=orgs, teams=teams, users=users, keys=keys)


class _Streaming(FakeGateway):
    """Answers at the pace of a model."""

    async def chat(self, request: JsonObject) -> AsyncGenerator[CallEvent, None]:
        async for event in super().chat(request):
            yield event
            await asyncio.sleep(0.01)


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
    words = [f"word{n} of **an answer** that goes on{chr(10) * 2 if n % 12 == 0 else ' '}" for n in range(_PIECES)]
    return _Streaming(
        running=status,
        by_key={None: Listed(tools=tools, owners=owners)},
        records=[replace(data.RECORDS[0], id=n, at=data.RECORDS[0].at + n) for n in range(_CALLS - 99, _CALLS + 1)],
        lines=[f"2026-11-22 14:30:00 INFO line {n} of the log" for n in range(_LINES)],
        events={
            "tools/call": (CallEvent(type="result", value=text),),
            "chat": [
                *(CallEvent(type="text", value={"delta": word}) for word in words),
                CallEvent(type="done", value={"messages": [], "usage": None, "rounds": 1, "stop": "stop"}),
            ],
        },
    )


async def _at_once() -> list[tuple[str, Sequence[Answer]]]:
    """Each mode as the first thing that is opened in a new app."""
    measured: list[tuple[str, Sequence[Answer]]] = []
    for key, mode in (("3", "Test"), ("5", "Gateway"), ("2", "Access"), ("4", "Chat")):
        async with _app() as app:
            measured.append((f"mode {mode} at once", await _timed(app, [key])))
    return measured


async def _keys() -> list[tuple[str, Sequence[Answer]]]:
    async with _app() as app:
        await app.prepare_modes()
        await _settled(app)
        return [measured async for measured in _session(app)]


@asynccontextmanager
async def _app() -> AsyncIterator[McptuiApp]:
    state = _crowd()
    with tempfile.TemporaryDirectory() as home:
        app = scene_app(Path(home), state, _gateway(state))
        calls = [replace(data.RECORDS[0], id=n, at=data.RECORDS[0].at + n) for n in range(1, _CALLS + 1)]
        await fake_of(app).record(calls)
        async with app.run_test(size=(120, 36)):
            await _settled(app)
            yield app


async def _session(app: McptuiApp) -> AsyncIterator[tuple[str, Sequence[Answer]]]:
    yield "down the list of servers", await _timed(app, ["j"] * 20)
    yield "to the end of the list and back", await _timed(app, ["G", "g"] * 5)
    yield "mode Test, first time", await _timed(app, ["3"])
    yield "mode Gateway, first time", await _timed(app, ["5"])
    yield "down the list of calls", await _timed(app, ["j"] * 20)
    yield "mode Access, first time", await _timed(app, ["2"])
    yield "modes to and fro", await _timed(app, ["1", "3", "5", "1", "3", "5", "1", "3"])
    yield "the gateway is looked at (each second)", await _polled(app)
    yield "down the list of tools", await _timed(app, ["j"] * 20)
    yield "down the list of tools, held down", await _held(app, ["j"] * 20)
    yield "to the end of the tools and back", await _timed(app, ["G", "g"] * 5)
    await _timed(app, ["slash"])
    yield "a letter of the filter over the tools", await _timed(app, [*"tool-49"])
    await _timed(app, [*["backspace"] * 7])
    yield "a letter that only fuzzy matches have", await _timed(app, [*"svtl"])
    await _timed(app, ["enter", "enter"])
    yield "a letter in a form", await _timed(app, [*"/srv/docs"])
    yield "a run with the large result", await _timed(app, ["f5"])
    app.screen.query_one("ResultText").focus()
    yield "scrolling in the large result", await _timed(app, ["j", "ctrl+d"] * 5)
    await _timed(app, ["2"])
    yield "down the tree of subjects", await _timed(app, ["j"] * 20)
    yield "down the tree of subjects, held down", await _held(app, ["j"] * 20)
    await _timed(app, ["slash"])
    yield "a letter of the filter over the subjects", await _timed(app, [*"key-39"])
    await _timed(app, ["escape"])
    yield "the access matrix opens", await _timed(app, ["v"])
    yield "a step in the matrix", await _timed(app, ["j", "j", "l", "l", "pagedown", "G", "g"] * 2)
    await _timed(app, ["escape", "5", "left_square_bracket"])
    log = app.screen.query_one(LogPane)
    log.add(f"2026-11-22 14:30:00 INFO line {n} of the log" for n in range(_LINES))
    await _settled(app)
    yield "scrolling in the log", await _timed(app, ["g", "G", "k", "k", "pageup"] * 2)
    await _timed(app, ["slash"])
    yield "a letter of the filter over the log", await _timed(app, [*"line 49"])
    await _timed(app, ["escape", "4", *"Tell me"])
    whole = (await _timed(app, ["enter"]))[0].done
    yield "a piece of a long answer in the chat", [Answer(whole / _PIECES, whole / _PIECES)]
    yield "a letter in the chat after it", await _timed(app, [*"and more"])


async def _openings() -> list[tuple[str, float]]:
    """The first opening of every mode and dialog in one app, CPU milliseconds until it is drawn."""
    found = []
    async with _app() as app:
        await app.prepare_modes()
        await _settled(app)
        for name, way, key in _OPENINGS:
            for each in way:
                await _opened(app, each)
            found.append((name, await _opened(app, key)))
            await _opened(app, "escape")
            while len(app.screen_stack) > 1:
                await _opened(app, "escape")
    return found


async def _opened(app: McptuiApp, key: str) -> float:
    """Press a key and wait until another screen is drawn, or nothing more comes: a dialog waits for its answer."""
    started, before = time.process_time(), app.screen
    app.simulate_key(key)
    for _ in range(_PATIENCE):
        await quiet(app, soon=0.0)
        if app.screen is not before:
            break
        await asyncio.sleep(0.005)
    await quiet(app, soon=0.0)
    draw(app)
    return (time.process_time() - started) * 1000


async def _timed(app: McptuiApp, keys: Sequence[str]) -> list[Answer]:
    """Press each key when all that the one before caused is done."""
    return [await _answered(app, partial(app.simulate_key, key)) for key in keys]


async def _answered(app: McptuiApp, cause: Callable[[], object]) -> Answer:
    """CPU time, because the time that passes has the waiting for whatever else may still come in it."""
    started = time.process_time()
    cause()
    await quiet(app, soon=0.0)
    draw(app)
    drawn = time.process_time()
    await _settled(app)
    return Answer((drawn - started) * 1000, (time.process_time() - started) * 1000)


async def _held(app: McptuiApp, keys: Sequence[str]) -> list[Answer]:
    """Press keys so quickly that what waits for a pause does not get its turn."""
    times = []
    for key in keys:
        started = time.process_time()
        app.simulate_key(key)
        await quiet(app, soon=0.0)
        draw(app)
        spent = (time.process_time() - started) * 1000
        times.append(Answer(spent, spent))
    await _settled(app)
    return times


async def _polled(app: McptuiApp) -> list[Answer]:
    return [await _answered(app, app.poll_gateway) for _ in range(10)]


async def _settled(app: McptuiApp) -> None:
    while True:
        await quiet(app)
        if not any(not worker.is_finished and worker.group != "endless" for worker in app.workers):
            break
        await asyncio.sleep(0.001)
    draw(app)


def _resident() -> float:
    """Megabytes of memory that this process has in use."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 1e6
