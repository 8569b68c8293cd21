"""What is said where there are no calls."""

from __future__ import annotations

from typing import get_args

import pytest

from mcptui.tui.gateway.texts import no_calls, no_calls_counted
from mcptui.tui.life.gateway_view import GatewayView, Phase

#: What it says first, and the keys that it names.
SAID = {
    "unknown": ("No calls yet", "No calls in this time", ""),
    "starting": ("No calls yet", "No calls in this time", ""),
    "running": ("No calls yet", "No calls in this time", ""),
    "stopping": ("No calls yet", "No calls in this time", ""),
    "stopped": ("The gateway is not running", "The gateway is not running", "s  start it"),
    "lost": ("The gateway is not running", "The gateway is not running", "s  start it"),
    "failed": ("The gateway is not running", "The gateway is not running", "s  start it"),
    "silent": ("The gateway does not answer", "The gateway does not answer", "R  restart it"),
}


@pytest.mark.parametrize("phase", get_args(Phase))
def test_every_phase_says_why_and_what_to_do(phase: Phase) -> None:
    listed, counted, key = SAID[phase]
    calls, numbers = no_calls(GatewayView(phase), ""), no_calls_counted(GatewayView(phase))
    assert calls.plain.startswith(listed)
    assert numbers.plain.startswith(counted)
    assert key in calls.plain
    assert key in numbers.plain


def test_a_filter_that_nothing_fits() -> None:
    said = no_calls(GatewayView("running"), "key:ci")
    assert "No recorded call fits “key:ci”." in said.plain
    assert "esc" in said.plain
