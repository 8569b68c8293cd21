"""A tool call: CPU, latency and throughput in both eras, beside a bare relay and other makers' proxies."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Final

from bench.client import Target, calls
from bench.peers import peers
from bench.rig import Rig, cpu_seconds, verdict

TITLE: Final = "Calls"
_CALLS: Final = 2000
_ROUNDS: Final = 3
_STARTS: Final = 3
_CLIENTS: Final = 16


@dataclass
class Figures:
    """The best of all rounds of one target; of several starts, the median of each figure."""

    cpu_us: float = float("inf")
    p50: float = float("inf")
    p90: float = float("inf")
    p99: float = float("inf")
    rate: float = 0.0


def run(rig: Rig) -> list[str]:
    """The table, and the bars on it."""
    starts = []
    for start in range(_STARTS):
        with rig.anew(f"start-{start}") as fresh:
            starts.append(measure(_targets(fresh, with_peers=rig.peers and start == 0)))
    found = {name: _median([each[name] for each in starts if name in each]) for name in starts[0]}
    return [
        f"Programs take turns: the median of {_STARTS} starts, of each the best of {_ROUNDS} rounds of {_CALLS} calls.",
        "",
        *table(found),
        "",
        _ratio(found, "mcptui", "stateless", 1.25),
        _ratio(found, "mcptui", "handshake", 1.25),
        # A client of one's own is worth its lines only while it wins clearly.
        _ratio(found, "relay over upstream/wire", "stateless", 0.9),
        _ratio(found, "relay over upstream/wire", "handshake", 0.9),
        _added(found, "stateless", 1.25),
        *_throughput(found),
    ]


def _targets(rig: Rig, *, with_peers: bool) -> list[Target]:
    """Everything that is measured; other makers' proxies are once."""
    targets = []
    for era in ("stateless", "handshake"):
        direct, relay, wire = rig.upstream(era), rig.relay(era), rig.relay(era, "wire")
        targets += [
            Target(f"direct, {era}", direct.url, era, "echo", direct.pid),
            Target(f"bare relay, {era}", relay.url, era, "echo", relay.pid),
            Target(f"relay over upstream/wire, {era}", wire.url, era, "echo", wire.pid),
            rig.gateway.target(f"mcptui, {era}", era, f"{era}__echo"),
        ]
    return [
        *targets,
        rig.gateway.target("mcptui, handshake → stateless", "handshake", "stateless__echo"),
        rig.gateway.target("mcptui, stateless → handshake", "stateless", "handshake__echo"),
        *(peers(rig) if with_peers else ()),
    ]


def _median(starts: Sequence[Figures]) -> Figures:
    return Figures(
        **{each.name: statistics.median(getattr(one, each.name) for one in starts) for each in fields(Figures)}
    )


def measure(targets: Sequence[Target], rounds: int = _ROUNDS) -> dict[str, Figures]:
    """Turns of one client, then one of many, for every target."""
    found = {target.name: Figures() for target in targets}
    for _ in range(rounds):
        for target in targets:
            best = found[target.name]
            slow = target.name.startswith("FastMCP")
            count = _CALLS // 6 if slow else _CALLS
            asyncio.run(calls(target, 50, warm_up=10))
            before = cpu_seconds(target.pid)
            took = asyncio.run(calls(target, count, warm_up=0))
            best.cpu_us = min(best.cpu_us, (cpu_seconds(target.pid) - before) / count * 1e6)
            cuts = statistics.quantiles(took, n=100)
            best.p50, best.p90, best.p99 = min(best.p50, cuts[49]), min(best.p90, cuts[89]), min(best.p99, cuts[98])
    for target in targets:
        share = 10 if target.name.startswith("FastMCP") else 100
        started = time.perf_counter()
        asyncio.run(calls(target, share, clients=_CLIENTS, warm_up=0))
        found[target.name].rate = share * _CLIENTS / (time.perf_counter() - started)
    return found


def table(found: dict[str, Figures]) -> list[str]:
    """Markdown of the calls."""
    lines = [
        f"| path | CPU µs per call | p50 ms | p90 ms | p99 ms | calls/s, {_CLIENTS} clients |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for name, one in found.items():
        lines.append(f"| {name} | {one.cpu_us:.0f} | {one.p50:.2f} | {one.p90:.2f} | {one.p99:.2f} | {one.rate:.0f} |")
    return lines


def _throughput(found: dict[str, Figures]) -> list[str]:
    """Calls a second beside each peer; the bar is on peers that lose less of the protocol than FastMCP's proxy."""
    ours = found["mcptui, handshake"].rate
    others = [name for name in found if "proxy" in name]
    return [f"- calls/s, handshake: mcptui / {name} **{ours / found[name].rate:.1f}** (bar 10)" for name in others]


def _ratio(found: dict[str, Figures], program: str, era: str, bar: float) -> str:
    """The bar on CPU time."""
    value = found[f"{program}, {era}"].cpu_us / found[f"bare relay, {era}"].cpu_us
    return f"- CPU, {era}: {program} / bare relay {verdict(value, bar)}"


def _added(found: dict[str, Figures], era: str, bar: float) -> str:
    """The bar on added latency."""
    direct = found[f"direct, {era}"].p50
    value = (found[f"mcptui, {era}"].p50 - direct) / (found[f"bare relay, {era}"].p50 - direct)
    return f"- p50 added to direct, {era}: mcptui / bare relay {verdict(value, bar)}"
