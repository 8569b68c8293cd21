"""``python -m bench.attacks [NAME…]``: what a well-behaved client of another server notices of each attack.

Bars: its p99 stays under 250 ms, none of its calls fails, and the gateway takes less than 500 MB.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from bench.attacks import attacks
from bench.attacks.attacks import ALL, STDIO, Field
from bench.attacks.victim import Noticed, watching
from bench.rig import Gateway, Rig, wait_until_open

_P99: Final = 250.0
_BYTES: Final = 500 * 2**20
_KEYS: Final = 24


def main() -> None:
    """Attack, and print what was noticed."""
    parser = argparse.ArgumentParser(prog="python -m bench.attacks")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(ALL)}; all by default")
    names = parser.parse_args().names or list(ALL)
    held = 0
    for name in names:
        with tempfile.TemporaryDirectory() as directory, ExitStack() as stack:
            noticed = _one(Rig(stack, Path(directory), peers=False), name)
        holds = noticed.p99 < _P99 and not noticed.failures and noticed.rss < _BYTES
        held += holds
        print(f"{name:3} {'held' if holds else 'NOT HELD':8} {noticed}  ({ALL[name].__doc__})", flush=True)
    print(f"{held} of {len(names)} held")


def _one(rig: Rig, name: str) -> Noticed:
    """One attack on a gateway of its own."""
    good, bad = rig.upstream("stateless"), rig.program("bench.attacks.server")
    gateway = rig.new_gateway("home", {"good": good.url, "bad": bad.url})
    gateway.home("server", "add", "process", "--no-probe", "--", *STDIO)
    servers = ("--server", "good", "--server", "bad", "--server", "process")
    keys = tuple(gateway.home.new_key(f"k{number}", *servers) for number in range(_KEYS if name == "H8" else 2))
    gateway.start()
    field = Field(gateway, gateway.pid, keys)
    victim = gateway.target("victim", "stateless", "good__echo")
    wait_until_open(victim)
    return asyncio.run(_noticed(field, gateway, name))


async def _noticed(field: Field, gateway: Gateway, name: str) -> Noticed:
    async with watching(gateway.target("victim", "stateless", "good__echo")) as noticed:
        await getattr(attacks, ALL[name].__name__)(field, noticed)
    return noticed


if __name__ == "__main__":
    main()
