"""Many keys, teams and servers: what they cost a call, and how long the app computes for its matrix."""

from __future__ import annotations

import asyncio
import time
from typing import Final

from bench.client import Target, calls
from bench.rig import Gateway, Rig, cpu_seconds, verdict, wait_until_open
from mcptui.access.matrix import Matrix
from mcptui.model import State
from mcptui.state.reader import read_state

TITLE: Final = "Access"
_KEYS: Final = 500
_TEAMS: Final = 50
_SERVERS: Final = 100
_CALLS: Final = 2000
_ROUNDS: Final = 5
#: What an app shows at once.
_ROWS, _COLUMNS = 40, 12


def run(rig: Rig) -> list[str]:
    """CPU of a call with one key and one server, and with many."""
    url = rig.upstream("list").url
    small = rig.new_gateway("one-key", {"s0": url})
    large = rig.new_gateway("many-keys", {f"s{index}": f"{url}?{index}" for index in range(_SERVERS)})
    _fill(large)
    state = read_state(large.home.config).state
    targets = []
    for name, gateway in (("one key, one server", small), ("many", large)):
        gateway.start()
        target = gateway.target(name, "stateless", "s0__echo")
        wait_until_open(target)
        targets.append(target)
    best = {target.name: float("inf") for target in targets}
    for _ in range(_ROUNDS):
        for target in targets:
            best[target.name] = min(best[target.name], _cpu_us(target))
    few, many = best.values()
    shown, whole = _matrix(state)
    marks = (_KEYS + _TEAMS + 1) * _SERVERS
    return [
        f"{_KEYS} keys in {_TEAMS} teams, {_SERVERS} servers × 20 tools. Best of {_ROUNDS} rounds of {_CALLS} calls.",
        "",
        f"- CPU µs a call: {many:.0f}, with one key and one server {few:.0f}: " + verdict(many / few, 1.05),
        f"- The matrix, ms: {_ROWS} × {_COLUMNS} cells with their reasons {shown:.0f}, all {marks} marks {whole:.0f}",
    ]


def _fill(gateway: Gateway) -> None:
    """Teams and keys with lists, groups and tool rules, written at once."""
    lines = ["[groups.some]", f"servers = {[f's{index}' for index in range(0, _SERVERS, 3)]}".replace("'", '"')]
    lines += ["[orgs.acme]", 'servers = ["*"]']
    for index in range(_TEAMS):
        lines += [f"[teams.team{index}]", 'org = "acme"', f'servers = ["@some", "s{index}", "s{index + 1}"]']
    for index in range(_KEYS):
        lines += [f"[keys.key{index}]", f'hash = "sha256:{index:064x}"', f'team = "team{index % _TEAMS}"']
        if index % 2:
            lines.append(f'tools = {{ s{index % _SERVERS} = ["echo*", "!echo_1"] }}')
    with gateway.home.config.open("a", encoding="utf-8") as file:
        file.write("\n" + "\n".join(lines) + "\n")


def _cpu_us(target: Target) -> float:
    asyncio.run(calls(target, 50, warm_up=10))
    before = cpu_seconds(target.pid)
    asyncio.run(calls(target, _CALLS, warm_up=0))
    return (cpu_seconds(target.pid) - before) / _CALLS * 1e6


def _matrix(state: State) -> tuple[float, float]:
    """Milliseconds for a screenful of cells, and for every mark of all."""
    started = time.perf_counter()
    matrix = Matrix(state)
    for ref in matrix.refs[:_ROWS]:
        for server in matrix.servers[:_COLUMNS]:
            matrix.cell(ref, server)
    shown = time.perf_counter()
    for ref in matrix.refs:
        for server in matrix.servers:
            matrix.mark(ref, server)
    return (shown - started) * 1000, (time.perf_counter() - shown) * 1000
