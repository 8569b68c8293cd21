from __future__ import annotations

from typing import Any

import pytest

from mcptui.errors import McptuiError
from mcptui.model.runtime import CallEvent, JsonObject
from mcptui.services.one_call import called, content_of, text_of
from tests.support.fake_gateway import FakeGateway


def result(**value: Any) -> CallEvent:
    return CallEvent(type="result", value=value)


async def test_requests_of_servers_are_declined() -> None:
    methods = ("elicitation/create", "roots/list", "sampling/createMessage")
    asks = [CallEvent(type="ask", value={"id": n, "method": method}) for n, method in enumerate(methods)]
    gateway = FakeGateway(events={"t": [*asks, result(content=[])]})
    assert await called(gateway, "tools/call", {"name": "t"}, "ci") == ("ok", {"content": []})
    answers = [asked[2:] for asked in gateway.asked if asked[0] == "answer"]
    assert answers[:2] == [({"action": "decline"}, None), ({"roots": []}, None)]
    assert answers[2][1]["code"] == -1


@pytest.mark.parametrize(
    ("event", "outcome"),
    [
        (result(isError=True), "tool_error"),
        (result(isError="yes"), "ok"),
        (CallEvent(type="error", value={"code": -1, "message": "no"}), "error"),
    ],
)
async def test_how_a_call_ends(event: CallEvent, outcome: str) -> None:
    found = await called(FakeGateway(events={"t": [event]}), "tools/call", {"name": "t"}, None)
    assert found == (outcome, event.value)


async def test_a_call_without_an_end_is_an_error() -> None:
    with pytest.raises(McptuiError, match="without a result"):
        await called(FakeGateway(events={"t": []}), "tools/call", {"name": "t"}, None)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"content": [{"type": "text", "text": "a"}, {"type": "image"}, "odd", {"text": "b"}]}, "a\nb"),
        ({"contents": [{"uri": "u", "text": "a"}]}, "a"),
        ({"messages": [{"role": "user", "content": {"type": "text", "text": "a"}}, "odd", {"content": []}]}, "a"),
        ({"message": "no", "code": -1}, "no"),
        ({"message": 5, "content": "odd", "messages": None}, ""),
    ],
)
def test_the_text_of_a_response(body: JsonObject, text: str) -> None:
    assert text_of(body) == text


@pytest.mark.parametrize(
    ("body", "content"),
    [
        ({"structuredContent": [1], "content": [{"text": "{}"}]}, [1]),
        ({"content": [{"text": '{"a": 1}'}]}, {"a": 1}),
        ({"content": [{"text": "a"}]}, {"content": [{"text": "a"}]}),
    ],
)
def test_what_paths_are_about(body: JsonObject, content: Any) -> None:
    assert content_of(body) == content
