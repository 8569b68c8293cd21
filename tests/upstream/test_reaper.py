"""Whom the process beside the gateway ends: the signals are kept, nobody is sent any."""

from __future__ import annotations

import io
import os
import signal
import sys
import time
from collections.abc import Callable

import pytest

from mcptui.upstream import reaper

Ended = Callable[[str], list[tuple[int, int]]]


@pytest.fixture
def ended(monkeypatch: pytest.MonkeyPatch) -> Ended:
    """Which groups got which signals when the gateway had said this and was gone."""

    def end(said: str) -> list[tuple[int, int]]:
        sent: list[tuple[int, int]] = []

        def kill(group: int, number: int) -> None:
            sent.append((group, number))
            if group == 404:
                raise ProcessLookupError
            if group == 403:
                raise PermissionError

        monkeypatch.setattr(os, "killpg", kill)
        monkeypatch.setattr(time, "sleep", lambda _: sent.append((0, 0)))
        monkeypatch.setattr(sys, "stdin", io.StringIO(said))
        reaper.main(reaper._POLL / 2)
        return sent

    return end


def test_who_is_still_listed_is_asked_and_then_made_to_end(ended: Ended) -> None:
    assert ended("+10\n") == [(10, signal.SIGTERM), (0, 0), (10, 0), (10, signal.SIGKILL)]


@pytest.mark.parametrize("said", ["", "+10\n-10\n", "-10\n", "+10\n+10\n-10\n", "10\n", "?10\n"])
def test_who_is_not_listed_is_left_alone_and_nobody_waits(ended: Ended, said: str) -> None:
    assert ended(said) == []


def test_a_group_that_is_started_again_is_listed_again(ended: Ended) -> None:
    assert [group for group, _ in ended("+10\n-10\n+10\n")] == [10, 0, 10, 10]


@pytest.mark.parametrize("odd", ["+0", "+1", "+-5", "+", "", "+x", "+1.5", "+ ", "+²"])
def test_what_is_no_group_of_a_server_gets_no_signal(ended: Ended, odd: str) -> None:
    """0 is the reaper's own group, 1 that of init, and a negative number would be a process."""
    assert [group for group, _ in ended(f"{odd}\n+10\n")] == [10, 0, 10, 10]


def test_one_that_is_gone_or_not_ours_does_not_save_the_others(ended: Ended) -> None:
    groups = {group for group, number in ended("+404\n+403\n+10\n") if number == signal.SIGKILL}
    assert groups == {10}


def test_one_that_ends_when_it_is_asked_to_is_not_made_to(ended: Ended, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package manager in the middle of an installation undoes it first."""
    monkeypatch.setattr(reaper, "_sent", lambda group, number: number == signal.SIGTERM)
    assert ended("+10\n") == [(0, 0)]


def test_a_line_that_the_gateway_did_not_finish_counts(ended: Ended) -> None:
    assert ended("+10\r\n+11")[0][0] in {10, 11}
    assert {group for group, _ in ended("+10\r\n+11")} == {0, 10, 11}
