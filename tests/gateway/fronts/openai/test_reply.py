from __future__ import annotations

import json
from typing import Any

import pytest

from mcptui.gateway.fronts.http.incoming import Incoming
from mcptui.gateway.fronts.openai.reply import Reply
from mcptui.llm.errors import LlmError


@pytest.fixture
def sent() -> list[Any]:
    return []


@pytest.fixture
def reply(sent: list[Any]) -> Reply:
    async def send(message: Any) -> None:
        sent.append(message)

    return Reply(Incoming("POST", "/v1/models", b"", {}, None, None, send))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "ids"), [([], ["own"]), ([(b"x-request-id", b"req_of_provider")], ["req_of_provider"])]
)
async def test_an_answer_has_one_id(
    reply: Reply, sent: list[Any], given: list[tuple[bytes, bytes]], ids: list[str]
) -> None:
    await reply.send({"type": "http.response.start", "status": 200, "headers": given})
    found = [value.decode() for name, value in sent[0]["headers"] if name == b"x-request-id"]
    assert found == [reply.id if each == "own" else each for each in ids]


async def test_an_error_before_the_answer_is_the_answer(reply: Reply, sent: list[Any]) -> None:
    await reply.fail(LlmError("no", status=429, retry_after="3"), [(b"a", b"b")])
    assert sent[0]["status"] == 429
    assert {(b"a", b"b"), (b"retry-after", b"3")} <= set(sent[0]["headers"])
    assert json.loads(sent[1]["body"])["error"]["message"] == "no"


async def test_an_answer_that_has_begun_gets_no_end(reply: Reply, sent: list[Any]) -> None:
    await reply.send({"type": "http.response.start", "status": 200, "headers": []})
    await reply.fail(LlmError("no"))
    assert len(sent) == 1
