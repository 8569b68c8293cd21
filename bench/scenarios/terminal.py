"""The app in a terminal: how much it writes, and what it costs while nobody presses a key."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from subprocess import run as run_command
from typing import Final

from bench.rig import Rig
from bench.terminal import in_terminal
from mcptui.model import GatewaySettings
from mcptui.state.paths import Paths
from mcptui.state.store import StateStore
from tests.support.home import free_port

TITLE = "The app in a terminal"
#: What is done, the keys for it, and how many bytes may be written.
_STEPS: Final = (
    ("down the list of servers", "j", 4_000),
    ("and again", "j", 4_000),
    ("the list of actions opens", "?", 15_000),
    ("and closes", "\x1b", 15_000),
    ("the go-to dialog opens", "\x10", 15_000),
    ("a letter in it", "s", 4_000),
    ("and closes", "\x1b", 15_000),
    ("the form of a server opens", "n", 20_000),
    ("a letter in it", "x", 4_000),
    ("a question about it", "\x1b", 15_000),
    ("both close", "\x1b[D\x1b[D\r", 20_000),
    ("mode Access", "2", 20_000),
    ("down the tree of subjects", "j", 4_000),
    ("mode Test", "3", 20_000),
    ("down the list of tools", "j", 4_000),
    ("mode Gateway", "5", 20_000),
    ("down the list of calls", "j", 4_000),
)
_START: Final = 40_000
_IDLE: Final = 0.003
_IDLE_SECONDS: Final = 60.0
#: What is prepared after the start is no idling, and the gateway is looked at more often until then.
_AT_REST_AFTER: Final = 40.0


def run(rig: Rig) -> list[str]:
    """The tables."""
    del rig  # nothing of it is used
    return [
        "Bytes from a key press to the end of its answer, on the demo data, read from a terminal of 120x36.",
        "",
        "| what | bytes | bar |",
        "|---|---:|---:|",
        *_written(),
        "",
        _idle(),
    ]


def _written() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as home, in_terminal(["-m", "bench.scene", home], {}) as terminal:
        yield _row("start", len(terminal.output(until=b"Servers")), _START)
        for what, keys, most in _STEPS:
            yield _row(what, terminal.press(keys), most)


def _row(what: str, count: int, most: int) -> str:
    return f"| {what} | {count:,} | {most:,}{'' if count <= most else ' not met'} |"


def _idle() -> str:
    """With a gateway that runs."""
    with tempfile.TemporaryDirectory() as home:
        environment = {"MCPTUI_HOME": home}
        settings = GatewaySettings(port=free_port())
        StateStore(Paths.resolve(Path(home))).change(lambda state: replace(state, gateway=settings))
        try:
            with in_terminal(["-m", "mcptui"], environment) as terminal:
                terminal.output(until=b"Servers")
                terminal.cpu_share(_AT_REST_AFTER)
                share = terminal.cpu_share(_IDLE_SECONDS)
        finally:
            command = [sys.executable, "-m", "mcptui", "gateway", "stop"]
            run_command(command, env=os.environ | environment, capture_output=True, check=False)
    return (
        f"- CPU of the idle app: **{share:.2%}** of a core (bar {_IDLE:.1%}) {'met' if share <= _IDLE else 'not met'}"
    )
