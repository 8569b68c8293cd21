"""Server states as glyph, word and tone."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest

from mcptui.model import Server
from mcptui.model.runtime import ServerState, ServerStatus
from mcptui.tui.life.gateway_view import GatewayView
from mcptui.tui.servers.marks import state_mark, state_text, transport_of
from mcptui.tui.servers.rows import server_rows
from tests.support.scenes import data

RUNNING = GatewayView("running", data.STATUS)


def test_every_state_has_a_glyph_and_a_word_of_its_own() -> None:
    server = Server(name="x", url="https://x.example")
    marks = [state_mark(server, ServerStatus(name="x", state=state, since=0.0)) for state in get_args(ServerState)]
    assert len({word for _, word, _ in marks}) == len(marks)
    assert all(glyph and word for glyph, word, _ in marks)


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.4, "◐ starting 0s"), (99.9, "◐ starting 99s"), (134, "◐ starting 2m")]
)
def test_how_long_it_has_been_starting(seconds: float, text: str) -> None:
    server, status = Server(name="x", command="x"), ServerStatus(name="x", state="starting", since=1_000.0)
    assert state_text(server, status, 1_000.0 + seconds) == text
    assert state_text(server, status) == "◐ starting"
    assert state_text(replace(server, enabled=False), status, 2_000.0) == "○ disabled"


def test_the_switch_counts_more_than_what_the_gateway_still_says() -> None:
    server = Server(name="x", url="https://x.example", enabled=False)
    assert state_mark(server, ServerStatus(name="x", state="ready", since=0.0))[1] == "disabled"


def test_without_the_gateway_the_state_is_not_known() -> None:
    rows = server_rows(data.STATE, GatewayView("stopped"), {})
    assert {row.cells["state"].text for row in rows} == {"· unknown", "○ disabled"}


def test_the_transport_in_use_wins() -> None:
    server = Server(name="x", url="https://x.example")
    assert transport_of(server, None) == "auto"
    assert transport_of(server, ServerStatus(name="x", state="ready", since=0.0, transport="sse")) == "sse"
