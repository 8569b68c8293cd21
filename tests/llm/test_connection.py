from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from dataclasses import replace
from typing import Any

import httpx2
import pytest

from mcptui.llm.connection import Connection
from mcptui.llm.errors import LlmError
from mcptui.model import LlmModel

KEY = "sk-canary-0123456789"
MODEL = LlmModel(name="mine", base_url="http://llm/v1/", model="m-1", api="chat")
Handler = Callable[[httpx2.Request], httpx2.Response]
END = {"choices": [{"delta": {}, "finish_reason": "stop"}]}


class Waits:
    """Stands in for sleeping and remembers how long."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


def provider(
    *answers: httpx2.Response | Exception, waits: Waits | None = None
) -> tuple[Connection, list[httpx2.Request]]:
    """A provider whose requests get these answers, one after another."""
    requests: list[httpx2.Request] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        outcome = answers[len(requests)]
        requests.append(request)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    http = httpx2.AsyncClient(transport=httpx2.MockTransport(answer))
    return Connection(MODEL, KEY, http, sleep=waits or Waits()), requests


def events(*chunks: Any, done: bool = True) -> httpx2.Response:
    lines = [f"data: {json.dumps(chunk)}\n\n" for chunk in chunks] + (["data: [DONE]\n\n"] if done else [])
    return httpx2.Response(200, text=": hello\n\n" + "".join(lines), headers={"content-type": "text/event-stream"})


def refusal(status: int, body: Any = None, **headers: str) -> httpx2.Response:
    error = {"error": {"message": f"bad {KEY}", "type": "t", "code": "c"}} if body is None else body
    return httpx2.Response(
        status, json=error, headers={name.replace("_", "-"): value for name, value in headers.items()}
    )


async def read(asked: Connection) -> list[dict[str, Any]]:
    async with aclosing(asked.stream("/chat/completions", {"messages": []})) as chunks:
        return [chunk async for chunk in chunks]


async def failure(*answers: httpx2.Response | Exception, waits: Waits | None = None) -> LlmError:
    asked, _ = provider(*answers, waits=waits)
    with pytest.raises(LlmError) as error:
        await read(asked)
    assert KEY not in repr(error.value) + str(error.value)
    return error.value


async def test_request_and_stream() -> None:
    asked, requests = provider(events({"choices": [], "n": 1}, END))
    assert await read(asked) == [{"choices": [], "n": 1}, END]
    (request,) = requests
    assert str(request.url) == "http://llm/v1/chat/completions"
    assert request.headers["authorization"] == f"Bearer {KEY}"
    body = json.loads(request.content)
    assert body == {"messages": [], "model": "m-1", "stream": True}


async def test_without_a_key_there_is_no_header() -> None:
    seen: list[httpx2.Request] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        return events(END)

    await read(Connection(MODEL, None, httpx2.AsyncClient(transport=httpx2.MockTransport(answer))))
    assert "authorization" not in seen[0].headers


async def test_provider_that_does_not_stream() -> None:
    completion = {"choices": [{"message": {"content": "hi"}, "finish_reason": "stop"}]}
    asked, _ = provider(httpx2.Response(200, json=completion))
    assert await read(asked) == [completion]


async def test_attempts_wait_longer_and_honour_retry_after() -> None:
    waits = Waits()
    asked, requests = provider(refusal(500), refusal(429, retry_after="7"), events(END), waits=waits)
    assert await read(asked) == [END]
    assert len(requests) == 3
    assert 0.3 < waits.seconds[0] < 0.7
    assert waits.seconds[1] == 7


async def test_retry_after_as_a_date() -> None:
    waits = Waits()
    now = "Mon, 02 Nov 2026 10:00:00 GMT"
    soon = refusal(503, retry_after="Mon, 02 Nov 2026 10:00:09 GMT", date=now)
    asked, _ = provider(soon, refusal(503, retry_after="soon"), events(END), waits=waits)
    await read(asked)
    assert waits.seconds[0] == 9
    assert waits.seconds[1] < 2


async def test_a_long_wait_is_not_waited_for() -> None:
    waits = Waits()
    error = await failure(refusal(429, retry_after="3600"), waits=waits)
    assert (error.status, waits.seconds) == (429, [])
    assert error.hint == "too many requests or no quota left; wait, or check the account at the provider"


async def test_the_last_refusal_is_told() -> None:
    error = await failure(refusal(500), refusal(502), refusal(503))
    assert (error.status, error.kind, error.code) == (503, "t", "c")
    assert error.message == "mine: HTTP 503: bad ..."
    assert error.body() == {"error": {"message": error.message, "type": "t", "param": None, "code": "c"}}


@pytest.mark.parametrize(
    ("status", "body", "message"),
    [
        (401, {"error": "no\x1b[31m"}, "mine: HTTP 401: no\\u001b[31m"),
        (403, {"detail": "closed"}, "mine: HTTP 403: closed"),
        (404, [{"error": {"message": "gone", "code": 404}}], "mine: HTTP 404: gone"),
        (400, {"message": "bad"}, "mine: HTTP 400: bad"),
        (400, 5, "mine: HTTP 400: no reason given"),
        (302, {}, "mine: HTTP 302: no reason given"),
    ],
)
async def test_refusals_in_all_forms(status: int, body: Any, message: str) -> None:
    assert (await failure(refusal(status, body))).message == message


async def test_refusal_that_is_no_json() -> None:
    error = await failure(httpx2.Response(404, html="<h1>not\n found</h1>" + "x" * 100_000))
    assert error.message.startswith("mine: HTTP 404: <h1>not found</h1>xxx")
    assert len(error.message) < 500
    assert error.hint == "check the model's name and base URL"


async def test_unreachable_is_tried_again_and_then_told() -> None:
    asked, _ = provider(httpx2.ConnectError("refused"), events(END))
    assert await read(asked) == [END]
    error = await failure(*[httpx2.ConnectError("refused")] * 3)
    assert error.message == "cannot connect to the provider of mine at http://llm/v1: refused"
    assert error.status is None


async def test_other_failures_are_not_tried_again() -> None:
    assert "did not answer: ReadTimeout" in (await failure(httpx2.ReadTimeout(""))).message
    model = LlmModel(name="x", base_url="nonsense", model="m")
    asked = Connection(model, None, httpx2.AsyncClient())
    with pytest.raises(LlmError, match="did not answer"):
        await read(asked)


async def test_breaking_off_is_told_and_not_tried_again() -> None:
    async def body() -> AsyncIterator[bytes]:
        yield b'data: {"choices": []}\n\n'
        raise httpx2.ReadError(f"reset {KEY}")

    error = await failure(httpx2.Response(200, content=body()))
    assert error.message == "the answer of mine broke off: reset …"


async def test_refusal_that_breaks_off() -> None:
    async def body() -> AsyncIterator[bytes]:
        yield b'{"err'
        raise httpx2.ReadError("reset")

    assert (await failure(httpx2.Response(400, content=body()))).message == "mine: HTTP 400: no reason given"


@pytest.mark.parametrize("data", ["<html>", "5", "[" * 100_000])
async def test_foreign_formats(data: str) -> None:
    error = await failure(httpx2.Response(200, text=f"data: {data}\n\n"))
    assert error.message == "mine does not answer in the format of the OpenAI API"


async def test_error_inside_the_stream() -> None:
    error = await failure(events({"error": {"message": "overloaded", "type": "overloaded_error"}}))
    assert (error.message, error.kind) == ("mine: overloaded", "overloaded_error")


async def test_endless_event(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mcptui.llm.connection._MAX_EVENT", 100)
    error = await failure(httpx2.Response(200, text="data: " + "x" * 200))
    assert error.message == "mine sent an event is larger than 100 bytes"


TOO_MUCH = {"error": {"message": "Unrecognized request argument supplied: stream_options"}}


async def test_what_is_refused_is_remembered_once_an_answer_without_it_shows_it() -> None:
    body = {"messages": [], "stream_options": {"include_usage": True}}
    again = refusal(400, {"error": {"message": "the model cannot do this"}})
    asked, requests = provider(refusal(400, TOO_MUCH), again, events(END), refusal(400, TOO_MUCH), events(END))

    async def sent() -> list[bool]:
        before = len(requests)
        async with aclosing(asked.stream("/chat/completions", body)) as chunks:
            assert [chunk async for chunk in chunks] == [END]
        return ["stream_options" in json.loads(request.content) for request in requests[before:]]

    with pytest.raises(LlmError, match="cannot do this"):
        await sent()
    assert await sent() == [True]
    assert await sent() == [True, False]


async def test_the_name_of_a_model_is_none_of_a_parameter() -> None:
    model = replace(MODEL, name="strict stream_options")
    requests = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        requests.append(request)
        return refusal(400, {"error": {"message": "not supported in this region"}})

    asked = Connection(model, KEY, httpx2.AsyncClient(transport=httpx2.MockTransport(answer)))
    with pytest.raises(LlmError):
        async with aclosing(asked.stream("/chat/completions", {"stream_options": {}})) as chunks:
            await anext(chunks)
    assert len(requests) == 1
