"""Trying a server, step by step, with a gateway that runs already or only for this."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any, cast

import pytest

from mcptui.cli.probe import ServerFailedError, probe
from mcptui.model import Server
from mcptui.model.runtime import ProbeStep
from mcptui.services.workspace import Workspace

SERVER = Server(name="s", url="http://s")


class Gateway:
    """Tells these steps; keeps whether it was started and stopped."""

    def __init__(self, *steps: ProbeStep, runs: bool = True) -> None:
        self.steps, self.runs = steps, runs
        self.did: list[str] = []

    async def status(self) -> Any:
        return object() if self.runs else None

    async def start(self) -> None:
        self.did.append("start")

    async def stop(self) -> None:
        self.did.append("stop")

    async def probe(self, server: Server) -> AsyncIterator[ProbeStep]:
        for step in self.steps:
            yield step


def step(name: str, status: Any = "ok", **more: Any) -> ProbeStep:
    return ProbeStep(step=name, status=status, **more)


def probed(gateway: Gateway) -> dict[str, Any]:
    return asyncio.run(probe(cast("Workspace", SimpleNamespace(gateway=gateway)), SERVER))


WORKS = (
    step("connect", "running"),
    step("connect", ms=12.4, detail="http"),
    step("prompts", "skipped", detail="0"),
    step("done", result={"tools": [1, 2], "prompts": [], "resources": [1]}),
)


def test_every_step_is_told_when_it_has_ended(capsys: pytest.CaptureFixture[str]) -> None:
    gateway = Gateway(*WORKS)
    assert probed(gateway) == {"tools": [1, 2], "prompts": [], "resources": [1]}
    assert capsys.readouterr().err == (
        "  ✓ connect 12 ms  http\n  – prompts  0\ns works: 2 tools, 0 prompts, 1 resource\n"
    )
    assert gateway.did == []


def test_a_gateway_is_started_for_it_and_stopped_after_it(capsys: pytest.CaptureFixture[str]) -> None:
    gateway = Gateway(*WORKS, runs=False)
    probed(gateway)
    assert gateway.did == ["start", "stop"]
    assert capsys.readouterr().err.startswith("the gateway is not running: starting it for the test\n")


@pytest.mark.parametrize("runs", [True, False])
def test_the_first_step_that_failed_is_the_error(capsys: pytest.CaptureFixture[str], runs: bool) -> None:
    lines = tuple(f"line {number}" for number in range(20))
    gateway = Gateway(
        step("spawn"),
        step("initialize", "failed", detail="no answer", hint="Look at it.", stderr=lines),
        step("tools", "failed", detail="later"),
        runs=runs,
    )
    with pytest.raises(ServerFailedError, match="s: initialize failed: no answer") as caught:
        probed(gateway)
    assert caught.value.hint == "Look at it."
    assert gateway.did == ([] if runs else ["start", "stop"])
    told = capsys.readouterr().err
    assert "✗ initialize  no answer\n" in told
    assert told.count("stderr: ") == 8
    assert told.endswith("    stderr: line 19\n")


def test_a_server_that_offers_nothing_works(capsys: pytest.CaptureFixture[str]) -> None:
    assert probed(Gateway(step("done"))) == {}
    assert capsys.readouterr().err == "s works: 0 tools, 0 prompts, 0 resources\n"


SLOW = (
    step("initialize", "running"),
    *(step("initialize", "running", ms=1_000.0 * second, detail=f"package\t{second}") for second in range(1, 15)),
    step("initialize", ms=15_000.0),
    step("done", result={}),
)


def test_a_step_that_takes_long_is_told_of_now_and_then(capsys: pytest.CaptureFixture[str]) -> None:
    probed(Gateway(*SLOW))
    assert capsys.readouterr().err == (
        "  … initialize 3 s  package 3\n  … initialize 13 s  package 13\n  ✓ initialize 15000 ms\n"
        "s works: 0 tools, 0 prompts, 0 resources\n"
    )


def test_on_a_terminal_it_stands_in_its_line_all_the_time(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "20")
    probed(Gateway(*SLOW))
    written = capsys.readouterr().err
    assert "\r\x1b[K  … initialize 14 s\r" in written
    assert written.count("\n") == 2
