"""What every store of approval requests does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from mcptui.stores.approvals import LIFETIME, ApprovalStore, LocalApprovals
from tests.support.clock import Clock, Moment

#: How each implementation is opened in a directory; opening it again is a restart.
IMPLEMENTATIONS: Final[dict[str, Callable[[Path, Clock], ApprovalStore]]] = {
    "memory": lambda _, clock: LocalApprovals(most=3, clock=clock),
    "file": lambda directory, clock: LocalApprovals(directory / "approvals.json", most=3, clock=clock),
}
LASTING: Final = ("file",)


@pytest.fixture
def clock() -> Moment:
    return Moment()


@pytest.fixture(params=IMPLEMENTATIONS)
def store(request: pytest.FixtureRequest, tmp_path: Path, clock: Moment) -> ApprovalStore:
    return IMPLEMENTATIONS[request.param](tmp_path, clock)


async def test_a_request_is_answered_once_by_its_principal(store: ApprovalStore) -> None:
    await store.ask("1", "me", "digest")
    assert await store.answer([("1", "digest")], "other") == ("1", "foreign")
    assert await store.answer([("1", "else")], "me") == ("1", "other arguments")
    assert await store.answer([("1", "digest")], "me") is None
    assert await store.answer([("1", "digest")], "me") == ("1", "answered")
    await store.close()


async def test_one_wrong_answer_takes_none(store: ApprovalStore) -> None:
    await store.ask("1", "me", "digest")
    await store.ask("2", "me", "digest")
    assert await store.answer([("1", "digest"), ("2", "else")], "me") == ("2", "other arguments")
    assert await store.answer([("1", "digest"), ("2", "digest"), ("1", "digest")], "me") == ("1", "answered")
    assert await store.answer([("1", "digest"), ("2", "digest")], "me") is None
    await store.close()


async def test_an_unknown_request_is_answered_once(store: ApprovalStore) -> None:
    assert await store.answer([("kept by its client", "digest")], "me") is None
    assert await store.answer([("kept by its client", "digest")], "me") == ("kept by its client", "answered")
    await store.close()


async def test_requests_are_forgotten_by_number_and_age(store: ApprovalStore, clock: Moment) -> None:
    for id_ in "1234":
        await store.ask(id_, "me", "digest")
    assert await store.answer([("1", "forgotten, so not compared")], "other") is None
    clock.now += LIFETIME + 1
    await store.ask("5", "me", "digest")
    assert await store.answer([("4", "forgotten, so not compared")], "other") is None
    await store.close()


@pytest.mark.parametrize("implementation", LASTING)
async def test_a_restart_answers_nothing_twice(implementation: str, tmp_path: Path, clock: Moment) -> None:
    opened = IMPLEMENTATIONS[implementation]
    before = opened(tmp_path, clock)
    await before.ask("1", "me", "digest")
    await before.ask("2", "me", "digest")
    await before.answer([("1", "digest")], "me")
    await before.close()
    after = opened(tmp_path, clock)
    assert await after.answer([("1", "digest")], "me") == ("1", "answered")
    assert await after.answer([("2", "else")], "me") == ("2", "other arguments")
