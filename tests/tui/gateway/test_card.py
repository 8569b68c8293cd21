"""The gateway's state in words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mcptui.errors import McptuiError
from mcptui.model import GatewaySettings
from mcptui.model.runtime import ConfigError
from mcptui.tui.gateway.card import card, one_line_card
from mcptui.tui.life.gateway_view import GatewayView
from tests.support.fake_gateway import STATUS
from tests.support.scenes import data


def test_the_card_of_a_running_gateway() -> None:
    text = card(GatewayView("running", data.STATUS), GatewaySettings(), data.NOW.timestamp()).plain
    assert "● running  for 2 h 13 m" in text
    assert "http://127.0.0.1:4000/mcp" in text
    assert "48213" in text


@pytest.mark.parametrize(
    ("survive", "words"), [(True, "On quit   keep running"), (False, "On quit   stop"), (None, "On quit   ask")]
)
def test_the_card_says_what_happens_on_quit(survive: bool | None, words: str) -> None:
    assert words in card(GatewayView("stopped"), GatewaySettings(survive_app=survive), 0.0).plain


def test_an_error_in_the_file_names_its_place() -> None:
    error = ConfigError(message="not a URL", file="mcptui.toml", line=12, key="servers.x.url", hint="Write https://…")
    status = replace(STATUS, config_error=error)
    text = card(GatewayView("running", status), GatewaySettings(), 0.0).plain
    assert "mcptui.toml:12" in text
    assert "servers.x.url: not a URL" in text
    assert "Write https://…" in text
    assert "last valid state in use" in text


def test_a_crash_shows_the_end_of_the_log() -> None:
    text = card(GatewayView("lost"), GatewaySettings(), 0.0, ["last words\x1b[2J"]).plain
    assert "Press s to start it" in text
    assert "last words\\u001b[2J" in text


def test_a_failed_start_says_why_and_what_to_do() -> None:
    error = McptuiError("port 4000 is in use by python (pid 7)", hint="Stop it.")
    text = card(GatewayView("failed", error=error), GatewaySettings(), 0.0).plain
    assert "port 4000 is in use by python (pid 7)\nStop it." in text


def test_one_line_of_it() -> None:
    text = one_line_card(GatewayView("running", data.STATUS), GatewaySettings(), data.NOW.timestamp()).plain
    assert text == "● running for 2 h 13 m  http://127.0.0.1:4000/mcp  1,284 calls, 3 sessions"
    assert one_line_card(GatewayView("stopped"), GatewaySettings(), 0.0).plain == "○ stopped  http://127.0.0.1:4000"


def test_what_is_not_kept_is_told() -> None:
    status = replace(STATUS, not_kept="there is no space left for /h/state")
    assert "there is no space left" in card(GatewayView("running", status), GatewaySettings(), 0.0).plain
    assert "Not kept" not in card(GatewayView("running", STATUS), GatewaySettings(), 0.0).plain


def test_a_changed_setting_that_needs_a_restart() -> None:
    status = replace(STATUS, restart_for=("port",))
    assert "needed for Port (R)" in card(GatewayView("running", status), GatewaySettings(), 0.0).plain
