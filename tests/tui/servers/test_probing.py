"""Outcomes of tests."""

from __future__ import annotations

import pytest

from mcptui.errors import McptuiError, UnreachableError
from mcptui.model import Server
from mcptui.model.runtime import ProbeStep
from mcptui.tui.servers.probing import RUNNING, Outcome, probe_all
from tests.support.fake_gateway import FakeGateway

OK = ProbeStep(step="done", status="ok", result={"tools": [{}, {}]})


@pytest.mark.parametrize(
    ("steps", "outcome"),
    [
        ([OK], Outcome("✓ ok", "2 tools", "ok")),
        ([ProbeStep(step="resolve", status="failed", detail="no secret", hint="Set it.")],
         Outcome("✗ failed", "secrets: no secret Set it.", "bad")),
        ([UnreachableError("no gateway")], Outcome("✗ failed", "no gateway ", "bad")),
        ([], Outcome("✗ failed", "no answer", "bad")),
    ],
)  # fmt: skip
async def test_outcomes(steps: list[ProbeStep | McptuiError], outcome: Outcome) -> None:
    shown: list[tuple[str, Outcome]] = []
    await probe_all(FakeGateway(steps=steps), [Server(name="x", url="http://x")], lambda *told: shown.append(told))
    assert shown == [("x", RUNNING), ("x", outcome)]
    assert outcome.has_failed is (outcome.word == "✗ failed")
