from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest

from mcptui.model import Server
from mcptui.model.runtime import LoginStatus, ServerState, ServerStatus
from mcptui.tui.life.gateway_view import GatewayView
from mcptui.tui.servers.detail import ServerDetail, login_words
from mcptui.tui.servers.marks import state_mark, transport_of
from mcptui.tui.servers.rows import keys_by_server, server_rows, users_text
from mcptui.tui.widgets.matching import Query
from tests.support.scenes import data

RUNNING = GatewayView("running", data.STATUS)


def test_every_state_has_a_glyph_and_a_word_of_its_own() -> None:
    server = Server(name="x", url="https://x.example")
    marks = [state_mark(server, ServerStatus(name="x", state=state, since=0.0)) for state in get_args(ServerState)]
    assert len({word for _, word, _ in marks}) == len(marks)
    assert all(glyph and word for glyph, word, _ in marks)


def test_the_switch_counts_more_than_what_the_gateway_still_says() -> None:
    server = Server(name="x", url="https://x.example", enabled=False)
    assert state_mark(server, ServerStatus(name="x", state="ready", since=0.0))[1] == "disabled"


def test_without_the_gateway_the_state_is_not_known() -> None:
    rows = server_rows(data.STATE, GatewayView("stopped"), {})
    assert {row.cells["state"].text for row in rows} == {"· not known", "○ disabled"}


def test_rows_are_in_the_order_of_the_file() -> None:
    rows = server_rows(data.STATE, RUNNING, keys_by_server(data.STATE))
    assert [row.key for row in rows] == [server.name for server in data.SERVERS]
    assert [row.cells["on"].text for row in rows] == ["[x]"] * 5 + ["[ ]"]


def test_only_enabled_keys_that_may_use_a_server_count() -> None:
    keys = keys_by_server(data.STATE)
    assert keys["deepwiki"] == ["cursor-laptop"]
    assert keys["github"] == ["ci"]
    assert "warehouse" not in keys


@pytest.mark.parametrize(
    ("keys", "text"), [([], "no key"), (["a"], "a"), (["a", "b"], "a, b"), (["a", "b", "c"], "3 keys")]
)
def test_keys_are_named_while_they_are_few(keys: list[str], text: str) -> None:
    assert users_text(keys) == text


def test_the_transport_in_use_wins() -> None:
    server = Server(name="x", url="https://x.example")
    assert transport_of(server, None) == "auto"
    assert transport_of(server, ServerStatus(name="x", state="ready", since=0.0, transport="sse")) == "sse"


def test_the_filter_looks_at_urls_and_descriptions_too() -> None:
    row = server_rows(data.STATE, RUNNING, {})[0].searchable()
    assert Query("repositories https").select([row])
    assert not Query("repositories github").select([row])


def test_the_detail_explains_trouble() -> None:
    status = RUNNING.server("warehouse")
    text = ServerDetail(data.STATE.servers["warehouse"], status).content().plain
    assert "exit code 1" in text
    assert "See the output below" in text
    assert "No module named 'warehouse'" in text
    assert "no key yet" in text


def test_the_detail_lists_tools() -> None:
    tools = [{"name": "read", "description": "Read\na file"}, {"name": "x", "title": "X"}]
    detail = ServerDetail(data.STATE.servers["files"], RUNNING.server("files"), ["ci"], tools)
    text = detail.content().plain
    assert "Tools (2)\nread  Read a file\nx     X" in text
    assert "Tools (2)\nread\n  Read a file\nx\n  X" in detail.content(30).plain
    assert "Offers    4 tools" in text


def test_the_age_of_the_last_failure_stands_in_the_row() -> None:
    status = replace(data.STATUS, servers=(ServerStatus(name="deepwiki", state="ready", since=0.0, failed_at=1000.0),))
    rows = server_rows(data.STATE, GatewayView("running", status), {}, 1000.0 + 3 * 3600 + 5, order="last failure")
    assert rows[0].key == "deepwiki"
    assert [row.cells["failed"].text for row in rows[:2]] == ["3 h", ""]


@pytest.mark.parametrize(
    ("login", "words"),
    [
        (LoginStatus(expires=None, renews=False), "valid, no end named"),
        (LoginStatus(expires=99.0, renews=True), "expired, renewed when it is used"),
        (LoginStatus(expires=99.0, renews=False), "expired: o logs in again"),
    ],
)
def test_a_login_in_words(login: LoginStatus, words: str) -> None:
    assert login_words(login, 100.0) == words


def test_a_login_that_lasts_says_until_when() -> None:
    assert login_words(LoginStatus(expires=7200.0, renews=True), 0.0).endswith(", renewed by itself")
    assert login_words(LoginStatus(expires=7200.0, renews=False), 0.0).endswith(", then o again")
