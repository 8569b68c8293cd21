"""What stands beside the list of servers."""

from __future__ import annotations

import pytest

from mcptui.model.runtime import LoginStatus
from mcptui.tui.life.gateway_view import GatewayView
from mcptui.tui.servers.detail import ServerDetail, login_words
from tests.support.scenes import data

RUNNING = GatewayView("running", data.STATUS)


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
