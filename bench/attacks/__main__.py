"""``python -m bench.attacks [NAME…]``: what a well-behaved client of another server notices of each attack and fault.

Bars: its p99 stays under 250 ms, none of its calls fails, the gateway takes less than 500 MB, and after a fault that
takes the gateway away it is answered within 5 s. What a fault has to leave alone, and has not, is said in words.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from bench.attacks.attacks import ATTACKS
from bench.attacks.faults import FAULTS
from bench.attacks.field import STDIO, Field
from bench.attacks.large_answers import LARGE_ANSWERS
from bench.attacks.starts import NotPossible, on_small_disk, with_few_files, with_own_clock
from bench.attacks.victim import Noticed, watching
from bench.rig import Gateway, Rig, wait_until_open

_P99: Final = 250.0
_BYTES: Final = 500 * 2**20
_BACK: Final = 5.0
_KEYS: Final = 24
_ALL: Final = {**ATTACKS, **FAULTS, **LARGE_ANSWERS}
_STARTS: Final = {"C7": with_own_clock, "C8": with_few_files}


def main() -> None:
    """Attack, and print what was noticed."""
    parser = argparse.ArgumentParser(prog="python -m bench.attacks")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(_ALL)}; all by default")
    names = parser.parse_args().names or list(_ALL)
    held = 0
    for name in names:
        with tempfile.TemporaryDirectory() as directory, ExitStack() as stack:
            try:
                if name == "C6":
                    on_small_disk(stack, Path(directory))
                noticed = _one(Rig(stack, Path(directory), peers=False), name)
            except NotPossible as error:
                print(f"{name:3} not tried: {error}", flush=True)
                continue
        holds = _holds(noticed)
        held += holds
        print(f"{name:3} {'held' if holds else 'NOT HELD':8} {noticed}  ({_ALL[name].__doc__})", flush=True)
    print(f"{held} of {len(names)} held")


def _holds(noticed: Noticed) -> bool:
    is_well = noticed.p99 < _P99 and not noticed.failures and not noticed.broken
    return is_well and noticed.rss < _BYTES and noticed.back_after < _BACK


def _one(rig: Rig, name: str) -> Noticed:
    """One attack on a gateway of its own."""
    good, bad = rig.upstream("stateless"), rig.program("bench.attacks.server")
    gateway = rig.new_gateway("home", {"good": good.url, "bad": bad.url})
    gateway.home("server", "add", "process", "--no-test", "--", *STDIO)
    servers = ("--server", "good", "--server", "bad", "--server", "process")
    keys = tuple(gateway.home.new_key(f"k{number}", *servers) for number in range(_KEYS if name == "H8" else 2))
    _STARTS.get(name, Gateway.start)(gateway)
    field = Field(gateway, gateway.pid, bad.pid, keys)
    victim = gateway.target("victim", "stateless", "good__echo")
    wait_until_open(victim)
    return asyncio.run(_noticed(field, gateway, name))


async def _noticed(field: Field, gateway: Gateway, name: str) -> Noticed:
    async with watching(gateway.target("victim", "stateless", "good__echo")) as noticed:
        await _ALL[name](field, noticed)
    return noticed


if __name__ == "__main__":
    main()
