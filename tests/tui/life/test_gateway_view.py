from __future__ import annotations

import pytest

from mcptui.errors import McptuiError, RefusedError
from mcptui.tui.life.gateway_view import GatewayView, Phase
from tests.support.fake_gateway import STATUS


@pytest.mark.parametrize(
    ("before", "stopped", "crashed"),
    [
        ("unknown", "stopped", "stopped"),
        ("starting", "starting", "starting"),
        ("running", "stopped", "lost"),
        ("silent", "stopped", "lost"),
        ("stopping", "stopped", "stopped"),
        ("stopped", "stopped", "stopped"),
        ("lost", "lost", "lost"),
        ("failed", "failed", "failed"),
    ],
)
def test_where_there_is_none(before: Phase, stopped: Phase, crashed: Phase) -> None:
    assert GatewayView(before).seen(None).phase == stopped
    assert GatewayView(before).seen(None, crashed=True).phase == crashed


@pytest.mark.parametrize("before", ["unknown", "starting", "running", "silent", "stopped", "lost", "failed"])
def test_an_answer_means_running(before: Phase) -> None:
    view = GatewayView(before, error=McptuiError("old")).seen(STATUS)
    assert (view.phase, view.status, view.error) == ("running", STATUS, None)
    assert view.is_running


def test_an_answer_while_stopping_changes_nothing() -> None:
    view = GatewayView("stopping", STATUS)
    assert view.seen(STATUS) is view


@pytest.mark.parametrize(
    ("before", "after"), [("running", "silent"), ("lost", "silent"), ("starting", "starting"), ("stopping", "stopping")]
)
def test_no_answer_is_no_news_while_it_starts_or_stops(before: Phase, after: Phase) -> None:
    assert GatewayView(before).unanswered(McptuiError("not responding")).phase == after


def test_a_failure_keeps_its_reason() -> None:
    error = McptuiError("port taken")
    assert GatewayView("failed", error=error).seen(None).error is error


def test_an_unknown_server_has_no_state() -> None:
    assert GatewayView("running", STATUS).server("nobody") is None
    assert GatewayView("stopped").server("nobody") is None


def test_a_gateway_that_could_not_start_has_no_address_for_clients() -> None:
    with pytest.raises(RefusedError, match=r"failed to start: port 4000 is in use\. A client would send the key"):
        GatewayView("failed", error=McptuiError("port 4000 is in use")).require_own_address()
    for phase in ("unknown", "starting", "running", "silent", "stopped", "lost"):
        GatewayView(phase).require_own_address()
