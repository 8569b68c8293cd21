"""What goes wrong by itself: processes that are killed or stopped, a full disk, a clock that steps, too few files."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sqlite3
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import aiohttp

from bench.attacks.field import SECONDS, Field, attempt, echo, seconds_until, server_processes
from bench.attacks.starts import FILES, fill, set_clock
from bench.attacks.victim import Noticed
from bench.client import Client, Target
from tests.support.home import Home

_DAY: Final = 86_400
#: The gateway writes its history within a second.
_WRITTEN: Final = 2.0
_RPM: Final = 10


@dataclass(slots=True)
class _Load:
    """Clients with a key of the field that call all the time."""

    answered: int = 0
    failed: int = 0


@contextlib.asynccontextmanager
async def _load(target: Target, clients: int = 20) -> AsyncIterator[_Load]:
    """``clients`` call ``target`` during the block, a few times a second each."""
    load, ended = _Load(), asyncio.Event()

    async def calling() -> None:
        async with aiohttp.ClientSession() as http:
            client = Client(http, target)
            while not ended.is_set():
                try:
                    async with asyncio.timeout(30):
                        await client.call()
                    load.answered += 1
                except (TimeoutError, RuntimeError, aiohttp.ClientError):
                    load.failed += 1
                await asyncio.sleep(0.1)

    async with asyncio.TaskGroup() as group:
        for _ in range(clients):
            group.create_task(calling())
        try:
            yield load
        finally:
            ended.set()


def _kept(home: Home) -> dict[str, bytes]:
    """What nobody changes during a fault: the state file, the secrets, and what opens sealed states."""
    files = (home.config, home.path / "state/vault.json", home.path / "state/seal-keys.json")
    return {file.name: file.read_bytes() for file in files}


def _recorded(home: Home, key: str) -> tuple[int, str]:
    """How many calls of ``key`` the history has, and what SQLite says of the file."""
    with contextlib.closing(sqlite3.connect(home.path / "state/history.db")) as database:
        ((number,),) = database.execute("SELECT count(*) FROM calls WHERE key = ?", (key,))
        ((state,),) = database.execute("PRAGMA integrity_check")
    return number, state


@contextlib.contextmanager
def _stopped(*pids: int) -> Iterator[None]:
    """The processes do nothing during the block."""
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)


async def killed_processes(field: Field, noticed: Noticed) -> None:
    """C1: the process of a server is killed every 100 ms while it is used."""
    failed = made = 0
    ends = time.perf_counter() + SECONDS

    async def kill() -> None:
        while time.perf_counter() < ends:
            for each in server_processes(field):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(each.pid, signal.SIGKILL)
            await asyncio.sleep(0.1)

    killing = asyncio.create_task(kill())
    while time.perf_counter() < ends:
        failed += not await attempt(field.target("process__echo", "stateless"), echo, 10)
        made += 1
    await killing
    after = await attempt(field.target("process__echo", "stateless"), echo, 10)
    noticed.remark = f"{failed} of {made} calls of it failed, the next one {'worked' if after else 'failed too'}"


async def deaf_streams(field: Field, noticed: Noticed) -> None:
    """C2: 200 sessions open their stream and read nothing while the lists change and calls go on."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
        clients = [Client(http, field.target("good__echo")) for _ in range(200)]
        streams = []
        for client in clients:
            await client.open()
            headers = {**client.headers, "accept": "text/event-stream"}
            streams.append(await http.get(field.target("").url, headers=headers))
        ends = time.perf_counter() + SECONDS
        while time.perf_counter() < ends:
            await asyncio.gather(*(client.call() for client in clients[:20]))


async def killed_gateway(field: Field, noticed: Noticed) -> None:
    """C3: the gateway is killed three times under load, and started again."""
    home = field.gateway.home
    await asyncio.to_thread(home, "secret", "set", "server/process/token", stdin="a value to be found again\n")
    kept = _kept(home)
    pid = field.pid
    async with _load(field.target("good__echo", "stateless")) as load:
        for _ in range(3):
            await asyncio.sleep(_WRITTEN)
            with noticed.away():
                os.kill(pid, signal.SIGKILL)
            await asyncio.to_thread(field.gateway.start)
            pid = await asyncio.to_thread(lambda: field.gateway.pid)
        await asyncio.sleep(_WRITTEN)
        noticed.weigh(pid)
    works = [await attempt(field.target("process__echo", key=key), echo) for key in range(len(field.keys))]
    await asyncio.sleep(_WRITTEN)
    # One of them was not a call of the load.
    recorded, state = await asyncio.to_thread(_recorded, home, "k0")
    noticed.check(all(works), "a key or a server works no more")
    noticed.check(state == "ok", f"the history is broken: {state}")
    noticed.check(_kept(home) == kept, "state or secrets are not as they were")
    listed = await asyncio.to_thread(home, "secret", "list")
    noticed.check("server/process/token" in listed.out, "a secret is gone")
    noticed.remark = f"of {load.answered} answered calls {load.answered - recorded} are not in the history"


async def stopped_gateway(field: Field, noticed: Noticed) -> None:
    """C4: the gateway is stopped for 8 s under load, and goes on."""
    async with _load(field.target("good__echo", "stateless")) as load:
        await asyncio.sleep(1)
        with noticed.away(), _stopped(field.pid):
            await asyncio.sleep(8)
        await asyncio.sleep(1)
    noticed.check(not load.failed, f"{load.failed} calls of others failed")
    noticed.remark = f"{load.failed} of {load.answered + load.failed} calls of others failed"


async def stopped_server(field: Field, noticed: Noticed) -> None:
    """C5: a server behind HTTP is stopped for 8 s while 20 clients call it."""
    target = field.target("bad__ok", "stateless")
    async with _load(target) as load:
        await asyncio.sleep(1)
        with _stopped(field.bad):
            await asyncio.sleep(8)
        took = await seconds_until(target)
    noticed.check(took < 5, "it is not used again")
    total = load.answered + load.failed
    noticed.remark = f"{load.failed} of {total} calls of it failed, used again after {took:.1f} s"


async def full_disk(field: Field, noticed: Noticed) -> None:
    """C6: the disk is full, the gateway is started again on it, and then there is room again."""
    home = field.gateway.home
    await asyncio.to_thread(home, "secret", "set", "server/process/token", stdin="a value to be found again\n")
    kept = _kept(home)
    filler = await asyncio.to_thread(fill, home.path)
    async with _load(field.target("good__echo", "stateless")) as load:
        await asyncio.sleep(_WRITTEN)
        refused = [
            await asyncio.to_thread(home, *words, code=None, stdin="another value\n")
            for words in (("key", "create", "more"), ("secret", "set", "server/process/more"))
        ]
        noticed.check(all(done.code == 1 and done.err for done in refused), "a command does not say that it failed")
        status = (await asyncio.to_thread(home, "gateway", "status", "--json")).json
        noticed.check(bool(status["history_error"]), "nobody is told that calls are not recorded")
        noticed.check(_kept(home) == kept, "state or secrets are not as they were")
        noticed.check(not load.failed, f"{load.failed} calls of others failed")
    with noticed.away():
        await asyncio.to_thread(home, "gateway", "stop")
    await asyncio.to_thread(field.gateway.start)
    await asyncio.sleep(_WRITTEN)
    works = [await attempt(field.target("process__echo", key=key), echo) for key in range(len(field.keys))]
    noticed.check(all(works), "a key or a server works no more")
    filler.unlink()
    began = time.perf_counter()
    while (await asyncio.to_thread(home, "gateway", "status", "--json")).json["history_error"]:
        await attempt(field.target("good__echo"), Client.call)
        if time.perf_counter() - began > 30:
            noticed.check(False, "calls are not recorded with room either")
            break
    took = time.perf_counter() - began
    await asyncio.to_thread(home, "key", "create", "more")
    noticed.weigh(await asyncio.to_thread(lambda: field.gateway.pid))
    noticed.remark = f"{load.answered} calls of others without room, recorded again {took:.1f} s after there was some"


async def clock_steps(field: Field, noticed: Noticed) -> None:
    """C7: the clock steps two days ahead, a month back, and to where it was."""
    home, gateway = field.gateway.home, field.gateway
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat(timespec="seconds")
    brief = await asyncio.to_thread(home.new_key, "brief", "--server", "good", "--expires", tomorrow)
    slow = await asyncio.to_thread(home.new_key, "slow", "--server", "good", "--rpm", str(_RPM))
    target = field.target("good__echo", "stateless")
    await seconds_until(Target("", target.url, "stateless", "good__echo", field.pid, brief))
    let_in: list[bool] = []
    passed = 0
    async with _load(target) as load:
        for seconds in (0, 2 * _DAY, -30 * _DAY, 0):
            set_clock(gateway, seconds)
            await asyncio.sleep(_WRITTEN)
            for key in (brief, *(_RPM * [slow])):
                once = Target("", target.url, "stateless", "good__echo", field.pid, key)
                is_let_in = await attempt(once, Client.call)
                if key == brief:
                    let_in.append(is_let_in)
                else:
                    passed += is_let_in
    await asyncio.sleep(_WRITTEN)
    recorded, state = await asyncio.to_thread(_recorded, home, "k0")
    noticed.check(let_in == [True, False, True, True], f"a key that expires in a day is let in: {let_in}")
    noticed.check(passed <= _RPM, f"{passed} requests passed where {_RPM} a minute are allowed")
    noticed.check(state == "ok" and recorded == load.answered, f"{load.answered - recorded} calls are not recorded")
    noticed.check(not load.failed, f"{load.failed} calls of others failed")
    noticed.remark = f"all of {recorded} calls recorded, {passed} passed of {_RPM} a minute"


async def few_files(field: Field, noticed: Noticed) -> None:
    """C8: the gateway may open 256 files, and 600 connections and 100 sessions with streams want more."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
        opened = []
        for _ in range(600):
            with contextlib.suppress(OSError):
                opened.append((await field.connect())[1])
        streams = 0
        for _ in range(100):
            client = Client(http, field.target("bad__ok"))
            with contextlib.suppress(aiohttp.ClientError, RuntimeError):
                await client.open()
                await http.get(field.target("").url, headers={**client.headers, "accept": "text/event-stream"})
                await client.call()
                streams += 1
        await asyncio.sleep(SECONDS)
        for writer in opened:
            writer.close()
    took = await seconds_until(field.target("process__echo"))
    noticed.check(took < 5, "a server is not used any more")
    noticed.remark = f"{streams} of 100 sessions had a stream with {FILES} files, all as before after {took:.1f} s"


FAULTS: Final = {
    "C1": killed_processes, "C2": deaf_streams, "C3": killed_gateway, "C4": stopped_gateway, "C5": stopped_server,
    "C6": full_disk, "C7": clock_steps, "C8": few_files,
}  # fmt: skip
