"""What is worth a notice, and how often."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from mcptui.model.runtime import NOBODY, CallRecord, ServerState, ServerStatus
from mcptui.tui.life.gateway_view import GatewayView
from mcptui.tui.life.notices import Notice, NoticeLimit, is_still_so, notice_of_call, notices_of_change, text_of
from tests.support.fake_gateway import STATUS


def view(state: ServerState, instance: str = "one") -> GatewayView:
    server = ServerStatus(name="git", state=state, since=0, reason="sk-canary in the reason")
    return GatewayView("running", replace(STATUS, instance_id=instance, servers=[server]))


def texts(before: GatewayView, after: GatewayView) -> list[str]:
    return [notice.text for notice in notices_of_change(before, after)]


def test_servers_that_go_down_or_need_a_login() -> None:
    assert texts(view("ready"), view("unreachable")) == ["Server git is unreachable"]
    assert texts(view("idle"), view("needs_login")) == ["Server git needs a login"]
    assert texts(view("unreachable"), view("unreachable")) == []
    assert texts(view("unreachable"), view("ready")) == []


def test_what_was_so_before_is_no_news() -> None:
    assert texts(GatewayView(), view("unreachable")) == []
    assert texts(view("ready"), view("unreachable", "another")) == []
    assert texts(view("ready"), GatewayView("stopped")) == []
    assert texts(view("ready"), GatewayView("lost")) == ["The gateway exited unexpectedly"]


def call(**fields: Any) -> CallRecord:
    known: dict[str, Any] = {"id": 1, "at": 0.0, "key": "ci", "method": "tools/call", "outcome": "denied"}
    return CallRecord(**known | {"denied": {"server": "git", "name": "push"}} | fields)


@pytest.mark.parametrize(
    ("record", "text"),
    [
        (call(), "Denied to key ci: git/push"),
        (call(denied={"server": None, "name": None}, name="x"), "Denied to key ci: x"),
        (
            call(denied={"server": "git", "name": "a\x07\x1b]9;b\u202e"}),
            "Denied to key ci: git/a\\u0007\\u001b]9;b\\u202e",
        ),
    ],
)
def test_a_denied_call(record: CallRecord, text: str) -> None:
    notice = notice_of_call(record)
    assert notice is not None
    assert notice.text == text


def test_other_calls_are_none() -> None:
    assert notice_of_call(call(outcome="ok")) is None
    assert notice_of_call(call(key=NOBODY, denied=None)) is None


def test_there_is_one_in_some_seconds_and_one_about_the_same_in_a_minute() -> None:
    limit = NoticeLimit()
    first, second = Notice("down", "a", "a"), Notice("down", "b", "b")
    assert limit.wait(100.0) == 0.0
    limit.tell([first], 100.0)
    assert limit.wait(104.0) == 1.0
    assert limit.wait(105.0) == 0.0
    assert limit.untold([first, second], 120.0) == [second]
    assert limit.untold([first, second], 161.0) == [first, second]


def test_what_comes_together_is_one() -> None:
    notices = [Notice("down", name, f"Server {name} is unreachable") for name in "abc"]
    assert text_of(notices[:1]) == "Server a is unreachable"
    assert text_of(notices) == "Server a is unreachable, and 2 more"


def test_what_had_to_wait_is_told_if_it_is_still_so() -> None:
    down, login = Notice("down", "git", ""), Notice("login", "git", "")
    assert is_still_so(down, view("unreachable"))
    assert not is_still_so(down, view("ready"))
    assert not is_still_so(login, view("unreachable"))
    assert not is_still_so(Notice("down", "gone", ""), view("unreachable"))
    assert is_still_so(Notice("down", "", ""), GatewayView("lost"))
    assert not is_still_so(Notice("down", "", ""), view("ready"))
