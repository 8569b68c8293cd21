"""What is said where there are no calls."""

from __future__ import annotations

from typing import Final, get_args

import pytest

from mcptui.tui.gateway.texts import no_calls, no_calls_counted, no_tools
from mcptui.tui.keys import meanings
from mcptui.tui.life.gateway_view import GatewayView, Phase

#: What it says where the gateway does not answer, and the key that it names.
SAID: Final[dict[Phase, tuple[str, str]]] = {
    "unknown": ("Connecting to the gateway", ""),
    "starting": ("The gateway is starting", ""),
    "stopping": ("The gateway is stopping", ""),
    "stopped": ("The gateway is not running", "s  start"),
    "lost": ("The gateway is not running", "s  start"),
    "failed": ("The gateway is not running", "s  start"),
    "silent": ("The gateway does not answer", "R  restart"),
}


@pytest.mark.parametrize("phase", SAID)
def test_without_an_answer_it_says_why_and_what_to_do(phase: Phase) -> None:
    view = GatewayView(phase)
    why, key = SAID[phase]
    for said in (no_calls(view, ""), no_calls(view, "key:ci"), no_calls_counted(view), no_tools(view)):
        assert said.plain.startswith(f"{why}\n")
        assert key in said.plain


def test_what_is_empty_while_the_gateway_answers() -> None:
    view = GatewayView("running")
    assert set(SAID) == set(get_args(Phase)) - {view.phase}
    assert no_calls(view, "").plain.startswith("No calls yet\n")
    assert no_calls_counted(view).plain.startswith("No calls in this period\n")
    assert f"{meanings.PERIOD.keys[0]}  another period" in no_calls_counted(view).plain
    assert no_tools(view).plain.startswith("No server has tools\n")


def test_a_filter_that_nothing_fits() -> None:
    said = no_calls(GatewayView("running"), "key:ci")
    assert "No call matches “key:ci”." in said.plain
    assert "esc" in said.plain
