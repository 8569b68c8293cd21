from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest

from mcptui.errors import McptuiError
from mcptui.model import GatewaySettings
from mcptui.model.runtime import CallRecord, ConfigError, Outcome
from mcptui.testing.fake_gateway import STATUS
from mcptui.testing.scenes import data
from mcptui.tui.gateway.calls import call_row, call_text
from mcptui.tui.gateway.card import card
from mcptui.tui.gateway_view import GatewayView


def test_every_outcome_has_words_of_its_own() -> None:
    rows = [call_row(CallRecord(id=1, at=0.0, key="k", method="ping", outcome=o)) for o in get_args(Outcome)]
    assert len({row.cells["outcome"].text for row in rows}) == len(rows)


def test_a_call_without_a_name_shows_its_method() -> None:
    row = call_row(CallRecord(id=1, at=0.0, key="", method="tools/list"))
    assert [row.cells[column].text for column in ("key", "server", "name")] == ["–", "–", "tools/list"]


def test_the_whole_call_has_both_sides() -> None:
    text = call_text(data.RECORDS[2])
    assert '"path": "/srv/docs/handbook.md"' in text
    assert "How we work." in text
    assert "3.6 ms of them upstream" in text


def test_a_denied_call_explains_itself() -> None:
    text = call_text(data.RECORDS[4])
    assert "✗ denied" in text
    assert "key cursor-laptop does not allow server github" in text
    assert "(not kept)" in text


def test_the_card_of_a_running_gateway() -> None:
    text = card(GatewayView("running", data.STATUS), GatewaySettings(), data.NOW.timestamp()).plain
    assert "● running  for 2 h 13 m" in text
    assert "http://127.0.0.1:4000/mcp" in text
    assert "48213" in text


@pytest.mark.parametrize(
    ("survive", "words"), [(True, "[x] keeps running"), (False, "[ ] ends with the app"), (None, "[-] asks")]
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
    assert "the last good state is in effect" in text


def test_a_crash_shows_the_end_of_the_log() -> None:
    text = card(GatewayView("lost"), GatewaySettings(), 0.0, ["last words\x1b[2J"]).plain
    assert "s starts it again" in text
    assert "last words\\u001b[2J" in text


def test_a_failed_start_says_why_and_what_to_do() -> None:
    error = McptuiError("port 4000 is in use by python (pid 7)", hint="Stop it.")
    text = card(GatewayView("failed", error=error), GatewaySettings(), 0.0).plain
    assert "port 4000 is in use by python (pid 7)\nStop it." in text
