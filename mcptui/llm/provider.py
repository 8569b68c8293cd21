"""A streaming client for the Chat Completions API of any compatible provider."""

from __future__ import annotations

import asyncio
import json
import random
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Final, Protocol

import httpx2

from mcptui.llm.errors import LlmError
from mcptui.llm.turn import choices_of
from mcptui.protocol.sse import EventParser, EventTooLargeError
from mcptui.protocol.text import one_line

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping

    from mcptui.model import LlmModel
    from mcptui.model.runtime import JsonObject

_ATTEMPTS: Final = 3
_LONGEST_PAUSE: Final = 30.0
_RETRIED: Final = frozenset({408, 409, 429, 500, 502, 503, 504})
_TIMEOUT: Final = httpx2.Timeout(connect=10.0, read=180.0, write=60.0, pool=10.0)
_MAX_EVENT: Final = 16 * 1024 * 1024
_MAX_ERROR: Final = 64 * 1024
_HINTS: Final[Mapping[int, str]] = {
    401: "check the model's API key",
    403: "check what the model's API key may do",
    404: "check the model's name and base URL",
    429: "too many requests or no quota left; wait, or check the account at the provider",
}


class Provider(Protocol):
    """Streams one completion."""

    def stream(self, body: JsonObject) -> AsyncGenerator[JsonObject]:
        """The chunks of the completion that ``body`` (messages, tools, …) asks for.

        Raises:
            LlmError: there is no completion, or it broke off.
        """
        ...


class ChatProvider:
    """One configured model. The API key goes into the request's header and nowhere else.

    Args:
        model: where the model is and what it is called there.
        api_key: the key itself, already resolved.
        http: connections; redirects must be off, so that the key stays with the provider.
        sleep: waits between attempts.
    """

    def __init__(
        self,
        model: LlmModel,
        api_key: str | None,
        http: httpx2.AsyncClient,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._model = model
        self._api_key = api_key
        self._http = http
        self._sleep = sleep

    async def stream(self, body: JsonObject) -> AsyncGenerator[JsonObject]:
        """Stream a completion. It is asked for again only while nothing of an answer has come."""
        request = {**body, "model": self._model.model, "stream": True, "stream_options": {"include_usage": True}}
        response = await self._open(request)
        try:
            async for chunk in self._chunks(response):
                yield chunk
        except (httpx2.HTTPError, httpx2.StreamError) as error:
            raise LlmError(
                f"the answer of {self._model.name} broke off: {self._told(error)}", hint="ask again"
            ) from error
        finally:
            await response.aclose()

    async def _open(self, body: JsonObject) -> httpx2.Response:
        attempt = 0
        while True:
            attempt += 1
            pause = 0.5 * 2 ** (attempt - 1) * random.uniform(0.75, 1.25)
            try:
                response = await self._send(body)
            except (httpx2.ConnectError, httpx2.ConnectTimeout) as error:
                problem = LlmError(
                    f"cannot connect to the provider of {self._model.name} at {self._model.base_url}: "
                    f"{self._told(error)}",
                    hint="check the model's base URL and that the provider is running",
                )
            except (httpx2.HTTPError, httpx2.InvalidURL) as error:
                raise LlmError(
                    f"the provider of {self._model.name} did not answer: {self._told(error)}",
                    hint="check the model's base URL",
                ) from error
            else:
                if response.status_code == 200:
                    return response
                problem = await self._refusal(response)
                if response.status_code not in _RETRIED:
                    raise problem
                asked = _retry_after(response)
                pause = pause if asked is None else asked
            if attempt == _ATTEMPTS or pause > _LONGEST_PAUSE:
                raise problem
            await self._sleep(pause)

    async def _send(self, body: JsonObject) -> httpx2.Response:
        headers = {"Accept": "text/event-stream"}
        if self._api_key:
            headers["Authorization"] = f"Bearer {self._api_key}"
        url = f"{self._model.base_url.rstrip('/')}/chat/completions"
        request = self._http.build_request("POST", url, json=body, headers=headers, timeout=_TIMEOUT)
        return await self._http.send(request, stream=True, follow_redirects=False)

    async def _chunks(self, response: httpx2.Response) -> AsyncGenerator[JsonObject]:
        if "json" in response.headers.get("content-type", ""):
            yield self._whole(await _read(response, _MAX_EVENT))
            return
        parser = EventParser(limit=_MAX_EVENT)
        finished = False
        async for data in response.aiter_bytes():
            try:
                events = parser.feed(data)
            except EventTooLargeError as error:
                raise LlmError(f"{self._model.name} sent {error}") from error
            for event in events:
                if event.data.strip() == b"[DONE]":
                    return
                chunk = self._object(event.data)
                finished = finished or any(choice.get("finish_reason") for choice in choices_of(chunk))
                yield chunk
        # Some providers leave out [DONE]; an answer without a reason to end is cut off.
        if not finished:
            raise LlmError(f"the answer of {self._model.name} ended too early", hint="ask again")

    def _whole(self, data: bytes) -> JsonObject:
        """A provider that does not stream answers in one piece: make it one chunk."""
        completion = self._object(data)
        choices = [{**choice, "delta": choice.get("message")} for choice in choices_of(completion)]
        return {**completion, "choices": choices}

    def _object(self, data: bytes) -> JsonObject:
        try:
            value = json.loads(data)
        except (ValueError, RecursionError):
            value = None
        if not isinstance(value, dict):
            raise LlmError(
                f"{self._model.name} does not answer in the format of Chat Completions",
                hint="check the model's base URL; it usually ends with /v1",
            )
        if value.get("error"):
            raise self._described(value, None)
        return value

    async def _refusal(self, response: httpx2.Response) -> LlmError:
        try:
            data = await _read(response, _MAX_ERROR)
        except httpx2.HTTPError:
            data = b""
        finally:
            await response.aclose()
        try:
            value: object = json.loads(data)
        except (ValueError, RecursionError):
            value = data.decode("utf-8", "replace")
        return self._described(value, response.status_code)

    def _described(self, value: object, status: int | None) -> LlmError:
        """The error in whatever form the provider gives it."""
        error: Any = value
        if isinstance(value, list) and value:
            error = value[0]
        if isinstance(error, dict):
            error = error.get("error", error)
        details = error if isinstance(error, dict) else {}
        text = details.get("message") or details.get("detail") or (error if isinstance(error, str) else "")
        said = one_line(self._redacted(str(text)), limit=400) or "no reason given"
        code, kind = details.get("code"), details.get("type")
        return LlmError(
            f"{self._model.name}: {f'HTTP {status}: ' if status else ''}{said}",
            hint=_HINTS.get(status or 0),
            status=status,
            kind=kind if isinstance(kind, str) else "server_error",
            code=str(code) if code is not None else None,
        )

    def _told(self, error: Exception) -> str:
        return one_line(self._redacted(str(error)), limit=200) or type(error).__name__

    def _redacted(self, text: str) -> str:
        """Providers like to repeat the key that they refuse."""
        return text.replace(self._api_key, "…") if self._api_key else text


async def _read(response: httpx2.Response, limit: int) -> bytes:
    data = bytearray()
    async for piece in response.aiter_bytes():
        data += piece
        if len(data) > limit:
            break
    return bytes(data[:limit])


def _retry_after(response: httpx2.Response) -> float | None:
    value = response.headers.get("retry-after")
    if value is None:
        return None
    try:
        return max(float(value), 0.0)
    except ValueError:
        pass
    try:
        at = parsedate_to_datetime(value).timestamp()
        now = parsedate_to_datetime(response.headers["date"]).timestamp()
    except (KeyError, TypeError, ValueError):
        return None
    return max(at - now, 0.0)
