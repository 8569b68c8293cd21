"""What is remembered between requests is bounded in time, number and size."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from mcptui.gateway.fronts.openai import approvals, stored
from mcptui.gateway.fronts.openai.stored import Stored, StoredResponses
from mcptui.gateway.principal import KeyPrincipal
from mcptui.llm.conversation import Conversation
from mcptui.llm.errors import LlmError
from mcptui.llm.tools import Approved
from mcptui.stores.approvals import LocalApprovals

ME, OTHER = KeyPrincipal("me"), KeyPrincipal("other")


def response(id_: str, **members: Any) -> Stored:
    return Stored(ME.id, {"id": id_}, Conversation(), [{"x": "y" * 100}], **members)


def approved(id_: str, arguments: str = "{}") -> list[Approved]:
    return [Approved(id_, "gw", "t", {"arguments": arguments})]


def test_responses_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = StoredResponses()
    monkeypatch.setattr(stored, "_MOST", 2)
    for id_ in ("a", "b", "c"):
        kept.put(response(id_))
    assert [kept.get(id_, ME) is not None for id_ in ("a", "b", "c")] == [False, True, True]
    monkeypatch.setattr(stored, "_MOST_BYTES", 200)
    kept.put(response("d"))
    assert [kept.get(id_, ME) is not None for id_ in ("b", "c", "d")] == [False, False, True]
    assert kept.get("d", OTHER) is None
    assert kept.get(None, ME) is None
    kept.put(response("e", at=-1e9))
    assert kept.get("e", ME) is None


async def test_one_that_is_being_made_stays_until_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = StoredResponses()
    monkeypatch.setattr(stored, "_MOST", 1)
    task: asyncio.Task[None] = asyncio.create_task(asyncio.Event().wait())  # type: ignore[arg-type]
    kept.put(response("a", task=task))
    kept.put(response("b"))
    assert kept.get("a", ME) is not None
    await kept.close()
    assert task.cancelled()


async def test_a_question_is_answered_once_by_whom_it_was_put_to() -> None:
    store = LocalApprovals()
    await approvals.asked(store, "a", ME, "{}")
    with pytest.raises(LlmError, match="no open approval request"):
        await approvals.use(store, approved("a"), OTHER)
    with pytest.raises(LlmError, match="other arguments"):
        await approvals.use(store, approved("a", "[]"), ME)
    await approvals.use(store, approved("a"), ME)
    with pytest.raises(LlmError, match="answered before"):
        await approvals.use(store, approved("a"), ME)
    await approvals.use(store, approved("kept by the client"), ME)
    with pytest.raises(LlmError, match="answered before"):
        await approvals.use(store, approved("kept by the client"), ME)
