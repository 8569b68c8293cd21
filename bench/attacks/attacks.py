"""Each attack for some seconds, by somebody with a key, without one, or by a server."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import time
from dataclasses import replace
from typing import Final

import aiohttp

from bench.attacks.field import SECONDS, Field, attempt, echo, server_processes
from bench.attacks.victim import Noticed
from bench.client import Client

_HEAD: Final = b"POST /mcp HTTP/1.1\r\nhost: 127.0.0.1\r\n"


async def _call(field: Field, tool: str, noticed: Noticed) -> None:
    ok = await attempt(field.target(tool), lambda client: client.call())
    noticed.remark = "the call was answered" if ok else "the call failed"


async def template(field: Field, noticed: Noticed) -> None:
    """H1: a template with eight expressions, and a long URI that nobody lists."""
    uri = "a" * 68
    await attempt(field.target("bad__ok"), lambda client: client.request("resources/read", {"uri": uri}))


async def pings(field: Field, noticed: Noticed) -> None:
    """H2: a server sends 100,000 requests on the stream of a call."""
    await _call(field, "bad__pings", noticed)


async def process_pings(field: Field, noticed: Noticed) -> None:
    """H3: a process prints 200,000 requests at once."""
    params = {"name": "process__pings", "arguments": {"number": 200_000}}
    await attempt(field.target("process__pings"), lambda client: client.request("tools/call", params))


async def values(field: Field, noticed: Noticed) -> None:
    """H4: a server answers with 60 MB, and with 100 MB, a value in every three bytes."""
    await _call(field, "bad__values_60", noticed)
    await _call(field, "bad__values_100", noticed)


async def deaf_session(field: Field, noticed: Noticed) -> None:
    """H5: a session subscribes and does not read; its server sends 200,000 notifications."""
    async with aiohttp.ClientSession() as http:
        client = Client(http, field.target("bad__updates"))
        await client.open()
        headers = {**client.headers, "accept": "text/event-stream"}
        async with http.get(field.target("").url, headers=headers):
            await client.request("resources/subscribe", {"uri": "u:1"})
            with contextlib.suppress(TimeoutError, RuntimeError):
                async with asyncio.timeout(3 * SECONDS):
                    await client.call()


async def headers(field: Field, noticed: Noticed) -> None:
    """H6: somebody without a key sends headers without an end, and one without an end."""

    async def endless(piece: bytes) -> None:
        with contextlib.suppress(ConnectionError):
            async with asyncio.timeout(SECONDS):
                _, writer = await field.connect()
                writer.write(_HEAD + b"x: ")
                while True:
                    writer.write(piece)
                    await writer.drain()

    await asyncio.gather(endless(b"a: b\r\n" * 10_000), endless(b"a" * 65_536), return_exceptions=True)


async def idle(field: Field, noticed: Noticed) -> None:
    """H7: somebody without a key opens 4,000 connections and says nothing."""
    opened = []
    for _ in range(4_000):
        with contextlib.suppress(OSError):
            opened.append((await field.connect())[1])
    await asyncio.sleep(SECONDS)
    for writer in opened:
        writer.close()


async def processes(field: Field, noticed: Noticed) -> None:
    """H8: 24 keys use a server of 16 processes at once, four times each."""
    targets = [field.target("process__echo", key=number) for number in range(len(field.keys))]
    done = await asyncio.gather(*(attempt(each, echo, 60) for each in targets * 4))
    noticed.remark = f"{done.count(False)} of {len(done)} calls failed"


async def slow_calls(field: Field, noticed: Noticed) -> None:
    """M2: one key makes 110 slow calls; another calls the same server."""
    slow = [asyncio.create_task(attempt(field.target("bad__slow"), lambda c: c.call())) for _ in range(110)]
    await asyncio.sleep(2)
    began = time.perf_counter()
    ok = await attempt(field.target("bad__ok", key=1), lambda client: client.call())
    noticed.remark = f"the other key {'waited' if ok else 'failed after'} {time.perf_counter() - began:.1f} s"
    for task in slow:
        task.cancel()
    await asyncio.gather(*slow, return_exceptions=True)


async def stopped(field: Field, noticed: Noticed) -> None:
    """M3: a process is stopped during 20 calls, and goes on after 8 seconds."""
    await attempt(field.target("process__echo"), echo)
    servers = server_processes(field)
    for each in servers:
        os.kill(each.pid, signal.SIGSTOP)
    done = await asyncio.gather(*(attempt(field.target("process__echo"), echo, 8) for _ in range(20)))
    for each in servers:
        with contextlib.suppress(ProcessLookupError):
            os.kill(each.pid, signal.SIGCONT)
    began = time.perf_counter()
    for _ in range(100):
        if await attempt(field.target("process__echo"), echo):
            break
        await asyncio.sleep(0.5)
    noticed.remark = f"{done.count(False)} of 20 failed, used again after {time.perf_counter() - began:.1f} s"


async def sessions(field: Field, noticed: Noticed) -> None:
    """M4: one key opens sessions without an end; one of another key is used meanwhile."""

    async def open_many() -> None:
        async with aiohttp.ClientSession() as http:
            while True:
                await Client(http, field.target("bad__ok")).open()

    async with aiohttp.ClientSession() as http:
        other = Client(http, field.target("bad__ok", key=1))
        await other.open()
        flood = [asyncio.create_task(open_many()) for _ in range(4)]
        await asyncio.sleep(2 * SECONDS)
        for task in flood:
            task.cancel()
        await asyncio.gather(*flood, return_exceptions=True)
        try:
            await other.call()
            noticed.remark = "the session of the other key lives"
        except RuntimeError as error:
            noticed.remark = f"the session of the other key: {str(error)[:60]}"


async def body(field: Field, noticed: Noticed) -> None:
    """M5: four bodies of 39 MB from a key, a value in every three bytes."""
    target = replace(field.target(""), era="stateless")
    data = b'{"jsonrpc":"2.0","id":1,"method":"ping","params":{"x":[' + b"{}," * 13_000_000 + b"{}]}}"
    headers = {
        "authorization": f"Bearer {target.key}",
        "content-type": "application/json",
        "accept": "application/json",
    }

    async def send() -> int:
        async with aiohttp.ClientSession() as http, http.post(target.url, data=data, headers=headers) as got:
            return got.status

    noticed.remark = f"answered with {await asyncio.gather(*(send() for _ in range(4)), return_exceptions=True)}"


async def trailers(field: Field, noticed: Noticed) -> None:
    """M6: a server sends trailers without an end."""
    await _call(field, "bad__trailers", noticed)


ATTACKS: Final = {
    "H1": template, "H2": pings, "H3": process_pings, "H4": values, "H5": deaf_session, "H6": headers, "H7": idle,
    "H8": processes, "M2": slow_calls, "M3": stopped, "M4": sessions, "M5": body, "M6": trailers,
}  # fmt: skip
