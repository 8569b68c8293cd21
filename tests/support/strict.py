"""Checks what comes over the wire against the official client's own models: nothing is missing, nothing is beyond them.

As a hook of an HTTP client it checks every answer of the OpenAI API that a test receives, streams event by event.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Collection, Iterator
from typing import Any, Final, get_args

import httpx2
from openai.types.chat import ChatCompletion, ChatCompletionChunk
from openai.types.responses import Response, ResponseStreamEvent
from pydantic import BaseModel

from mcptui.protocol.sse import EventParser
from tests.support.event_order import check_order, check_resumed

#: What the API itself sends without defining it; what LiteLLM's clients look for and providers must get back; what
#: some say of the cost.
BEYOND: Final = frozenset({"store", "provider_specific_fields", "cost"})

_KINDS: Final = {"response": Response, "chat.completion": ChatCompletion, "chat.completion.chunk": ChatCompletionChunk}
#: Trying all kinds of events on each would take most of the time of a test.
_EVENTS: Final[dict[str, type[BaseModel]]] = {
    get_args(kind.model_fields["type"].annotation)[0]: kind for kind in get_args(get_args(ResponseStreamEvent)[0])
}


def strictly(kind: Any, value: Any, beyond: Collection[str] = BEYOND) -> Any:
    """``value`` as ``kind``; an assertion fails where it has members that are neither the API's nor ``beyond`` it."""
    parsed = kind.model_validate(value)
    unknown = [path for path in _unknown(parsed, "") if path.rpartition(".")[2] not in beyond]
    assert not unknown, f"not in the API: {', '.join(unknown)}"
    return parsed


def _unknown(value: object, path: str) -> Iterator[str]:
    if isinstance(value, BaseModel):
        for name in value.model_extra or ():
            yield f"{path}.{name}"
        for name in type(value).model_fields:
            yield from _unknown(getattr(value, name), f"{path}.{name}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _unknown(item, f"{path}[{index}]")


def checking_client(beyond: Collection[str] = ()) -> httpx2.AsyncClient:
    """An HTTP client that checks every answer of the OpenAI API; ``beyond`` is what its provider adds by itself."""
    allowed = BEYOND | set(beyond)

    async def check(response: httpx2.Response) -> None:
        await _check_answer(response, allowed)

    return httpx2.AsyncClient(timeout=20, verify=False, event_hooks={"response": [check]})


async def _check_answer(response: httpx2.Response, beyond: Collection[str]) -> None:
    if response.status_code != 200 or "/v1/" not in response.request.url.path or response.request.method == "HEAD":
        return
    if response.headers.get("content-type", "").startswith("text/event-stream"):
        assert isinstance(response.stream, httpx2.AsyncByteStream)
        response.stream = _CheckedStream(response.stream, response.request.url, beyond)
        return
    await response.aread()
    value = response.json()
    kind = _KINDS.get(value.get("object"))
    # A completion that broke off after tools ran says so beside what it has.
    if kind is not None and "deleted" not in value and not ("error" in value and kind is ChatCompletion):
        strictly(kind, value, beyond)


class _CheckedStream(httpx2.AsyncByteStream):
    def __init__(self, stream: httpx2.AsyncByteStream, url: httpx2.URL, beyond: Collection[str]) -> None:
        self._stream = stream
        self._url = url
        self._beyond = beyond

    async def __aiter__(self) -> AsyncIterator[bytes]:
        parser, values = EventParser(limit=2**28), list[dict[str, Any]]()
        is_over = False
        async for piece in self._stream:
            for event in parser.feed(piece):
                assert not is_over, "something came after [DONE]"
                if event.data == b"[DONE]":
                    is_over = True
                    continue
                value = json.loads(event.data)
                if "sequence_number" in value:
                    assert event.event == value["type"]
                values.append(value)
                _check(value, self._beyond)
            yield piece
        if values and "sequence_number" in values[0]:
            after = self._url.params.get("starting_after")
            if after is None:
                check_order(values)
            else:
                check_resumed(values, int(after))
        elif values:
            assert is_over, "[DONE] is missing"

    async def aclose(self) -> None:
        await self._stream.aclose()


def checked_event(value: dict[str, Any], beyond: Collection[str] = BEYOND) -> Any:
    """One event of a stream of the Responses API, as :func:`strictly` says."""
    return strictly(_EVENTS[value["type"]], value, beyond)


def _check(value: dict[str, Any], beyond: Collection[str]) -> None:
    if "sequence_number" in value:
        checked_event(value, beyond)
    elif "error" not in value:
        strictly(ChatCompletionChunk, value, beyond)
