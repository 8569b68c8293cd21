"""Models: the first byte of a stream that passes through, and many streams with tools at once."""

from __future__ import annotations

import asyncio
import statistics
import time
from typing import Any, Final

import aiohttp
import orjson
import psutil

from bench.rig import Gateway, Rig, cpu_seconds, verdict

TITLE: Final = "Models"
_STREAMS: Final = 400
_ROUNDS: Final = 4
_AT_ONCE: Final = 50
_WAVES: Final = 10


def run(rig: Rig) -> list[str]:
    """Latency of plain streams, and CPU and memory of streams with tools."""
    provider = rig.program("bench.model")
    base = provider.url.removesuffix("/mcp") + "/v1"
    gateway = rig.new_gateway("models", {"stateless": rig.upstream("stateless").url})
    gateway.home("model", "add", "m", "--base-url", base, "--api", "chat", "--no-api-key")
    gateway.start()
    return [*asyncio.run(_plain(base, gateway)), *asyncio.run(_with_tools(gateway))]


async def _plain(base: str, gateway: Gateway) -> list[str]:
    """The provider itself and the gateway take turns; of several rounds the best counts."""
    body = orjson.dumps({"model": "m", "messages": [{"role": "user", "content": "hi"}], "stream": True})
    urls = {"direct": f"{base}/chat/completions", "mcptui": f"{gateway.home.url}/v1/chat/completions"}
    firsts: dict[str, list[float]] = {name: [] for name in urls}
    wholes: dict[str, list[float]] = {name: [] for name in urls}
    async with aiohttp.ClientSession(headers=_headers(gateway)) as http:
        for url in urls.values():
            await _timed(http, url, body)
        for _ in range(_ROUNDS):
            took: dict[str, list[tuple[float, float]]] = {name: [] for name in urls}
            for _ in range(_STREAMS // _ROUNDS):
                for name, url in urls.items():
                    took[name].append(await _timed(http, url, body))
            for name, times in took.items():
                firsts[name].append(statistics.median(first for first, _ in times) * 1000)
                wholes[name].append(statistics.median(whole for _, whole in times) * 1000)
    first, whole = ({name: min(values) for name, values in each.items()} for each in (firsts, wholes))
    added = verdict(first["mcptui"] - first["direct"], 2, " ms")
    figures = f"direct {first['direct']:.2f} ms, mcptui {first['mcptui']:.2f} ms, added {added}"
    return [
        f"- first byte of a plain stream, p50: {figures}",
        f"- all of its 100 pieces, p50: direct {whole['direct']:.2f} ms, mcptui {whole['mcptui']:.2f} ms",
    ]


async def _timed(http: aiohttp.ClientSession, url: str, body: bytes) -> tuple[float, float]:
    started = time.perf_counter()
    async with http.post(url, data=body) as answer:
        answer.raise_for_status()
        await answer.content.readany()
        first = time.perf_counter() - started
        await answer.read()
    return first, time.perf_counter() - started


async def _with_tools(gateway: Gateway) -> list[str]:
    process = psutil.Process(gateway.pid)
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(headers=_headers(gateway), connector=connector) as http:

        async def waves(number: int) -> float:
            """Memory afterwards, MiB."""
            for wave in range(number):
                await asyncio.gather(*(_answer(http, gateway, f"n{wave}-{place}") for place in range(_AT_ONCE)))
            return process.memory_info().rss / 2**20

        first = await waves(2)
        # What is kept for an hour fills up to its limit; these keep nothing.
        before, started = cpu_seconds(gateway.pid), time.perf_counter()
        half = await waves(_WAVES)
        cpu = (cpu_seconds(gateway.pid) - before) / (_WAVES * _AT_ONCE) * 1000
        rate = _WAVES * _AT_ONCE / (time.perf_counter() - started)
        whole = await waves(_WAVES)
    count = _WAVES * _AT_ONCE
    answers = f"{rate:.0f} answers/s, {cpu:.1f} ms CPU each, every answer its own"
    later = f"after {count} more {half:.0f} MiB, after {count} more **{whole:.0f} MiB**"
    return [
        f"- {_AT_ONCE} streams of /v1/responses at once, two rounds and a tool each: {answers}",
        f"- memory after {2 * _AT_ONCE} of them {first:.0f} MiB, {later} (bar: no growth)",
    ]


async def _answer(http: aiohttp.ClientSession, gateway: Gateway, said: str) -> None:
    tool = {"type": "mcp", "server_label": "gw", "server_url": "mcptui", "require_approval": "never"}
    body = {"model": "m", "input": said, "tools": [tool], "stream": True, "store": False}
    async with http.post(f"{gateway.home.url}/v1/responses", data=orjson.dumps(body)) as answer:
        answer.raise_for_status()
        last = [line for line in (await answer.read()).split(b"\n") if line.startswith(b"data: ")][-1]
    output: list[Any] = orjson.loads(last.removeprefix(b"data: "))["response"]["output"]
    call = next(item for item in output if item["type"] == "mcp_call")
    if orjson.loads(call["arguments"])["text"] != said or output[-1]["content"][0]["text"] != said:
        raise RuntimeError(f"{said} got the answer of another: {output}")


def _headers(gateway: Gateway) -> dict[str, str]:
    return {"authorization": f"Bearer {gateway.key}", "content-type": "application/json"}
