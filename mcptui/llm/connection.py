"""The way to one configured model: requests, retries, and errors in one form."""

from __future__ import annotations

import asyncio
import functools
import random
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Final

import httpx2
import orjson

from mcptui import __version__
from mcptui.errors import McptuiError
from mcptui.llm import context
from mcptui.llm.additions import REFUSALS, refused_additions, without
from mcptui.llm.errors import LlmError
from mcptui.llm.room import require_room
from mcptui.llm.upload import Upload
from mcptui.protocol.keys import without_gateway_keys
from mcptui.protocol.sse import Event, EventParser, EventTooLargeError
from mcptui.protocol.text import one_line, public_url

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Awaitable, Callable, Mapping

    from mcptui.model import LlmModel
    from mcptui.model.runtime import JsonObject

_AGENT: Final = f"mcptui/{__version__}"
_ACCEPT: Final = "application/json, text/event-stream"
_ATTEMPTS: Final = 3
_LONGEST_PAUSE: Final = 30.0
_RETRIED: Final = frozenset({408, 409, 429, 500, 502, 503, 504})
# A model that reasons may be silent for minutes before its first byte.
_TIMEOUT: Final = httpx2.Timeout(connect=10.0, read=600.0, write=60.0, pool=10.0)
_EXTENSIONS: Final[dict[str, Any]] = {"timeout": _TIMEOUT.as_dict()}
_MAX_EVENT: Final = 16 * 1024 * 1024
_MAX_ERROR: Final = 64 * 1024
_HINTS: Final[Mapping[int, str]] = {
    401: "check the model's API key",
    403: "check what the model's API key may do",
    404: "check the model's name and base URL",
    429: "too many requests or no quota left; wait, or check the account at the provider",
}
_CODE_HINTS: Final[Mapping[str, str]] = {
    context.CODE: context.HINT,
    "insufficient_quota": "no quota left: check the account at the provider",
}


class Connection:
    """One configured model. The API key goes into the request's header and nowhere else.

    Args:
        model: where the model is and what it is called there.
        api_key: the key itself, already resolved.
        http: connections; redirects must be off, so that the key stays with the provider.
        base_url: that of the model, already resolved, where there is something to resolve in it.
        refused: what its provider refuses of what is added to requests here, which answers without it have shown; added
            to when one shows more.
        sleep: waits between attempts.
    """

    def __init__(
        self,
        model: LlmModel,
        api_key: str | None,
        http: httpx2.AsyncClient,
        *,
        base_url: str | None = None,
        refused: set[str] | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.model = model
        self._api_key = api_key
        self._base_url = (base_url or model.base_url).rstrip("/")
        self._http = http
        self._refused: set[str] = set() if refused is None else refused
        self._sleep = sleep
        #: Told of a problem and the seconds until the next attempt.
        self.on_retry: Callable[[LlmError, float], None] | None = None

    async def send(self, method: str, path: str, body: bytes | Upload | None, accept: str = _ACCEPT) -> httpx2.Response:
        """One request, whatever its answer is; to be closed by the caller.

        Raises:
            LlmError: no answer.
        """
        # Compressed streams would be held back until a block is full.
        headers = {"Accept": accept, "Accept-Encoding": "identity", "User-Agent": _AGENT}
        content: bytes | AsyncIterable[bytes] | None = None
        if isinstance(body, Upload):
            headers |= {"Content-Type": body.content_type, "Content-Length": str(body.size)}
            content = body.pieces
        elif body is not None:
            headers["Content-Type"] = "application/json"
            content = without_gateway_keys(body)
        if self._api_key:
            headers["Authorization"] = f"Bearer {self._api_key}"
        try:
            # Half as dear as build_request, which merges cookies and parameters that nobody has.
            url = _url(f"{self._base_url}{path}")
            request = httpx2.Request(method, url, content=content, headers=headers, extensions=_EXTENSIONS)
            return await self._http.send(request, stream=True, follow_redirects=False)
        except (httpx2.ConnectError, httpx2.ConnectTimeout) as error:
            where = public_url(self._base_url)
            raise LlmError(
                f"cannot connect to the provider of {self.model.name} at {where}: {self._told(error)}",
                hint=_hint(error) or "check the model's base URL and that the provider is running",
                code="provider_unreachable",
            ) from error
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise LlmError(
                f"the provider of {self.model.name} did not answer: {self._told(error)}",
                hint=_hint(error) or "check the model's base URL",
            ) from error

    async def pieces(self, response: httpx2.Response) -> AsyncGenerator[bytes]:
        """The body of an answer as it comes.

        Raises:
            LlmError: it broke off.
        """
        try:
            async for piece in response.aiter_bytes():
                yield piece
        except (httpx2.HTTPError, httpx2.StreamError) as error:
            raise self.broke_off(self._told(error)) from error

    async def refusal_text(self, response: httpx2.Response) -> bytes:
        """The body of an error, without the model's API key in it: some providers repeat what they refuse."""
        try:
            data = await _read(response.aiter_bytes(), _MAX_ERROR)
        except httpx2.HTTPError:
            data = b""
        return data.replace(self._api_key.encode(), b"...") if self._api_key else data

    async def stream(self, path: str, body: JsonObject) -> AsyncGenerator[JsonObject]:
        """The JSON objects of a streamed answer, or the one of an answer that is not streamed.

        A request is made again only while nothing of an answer has come.

        Raises:
            LlmError: a refusal, no answer, one that broke off, or more tools than the model takes.
        """
        require_room(self.model, body)
        response = await self._open(path, {**body, "model": self.model.model, "stream": True})
        try:
            async for value in self._objects(response):
                yield value
        except (httpx2.HTTPError, httpx2.StreamError) as error:
            raise self.broke_off(self._told(error)) from error
        finally:
            await response.aclose()

    def broke_off(self, why: str) -> LlmError:
        """An answer that has no end."""
        return LlmError(f"the answer of {self.model.name} broke off: {why}", hint="ask again")

    def not_of_the_api(self) -> LlmError:
        """An answer that is something else."""
        return LlmError(
            f"{self.model.name} does not answer in the format of the OpenAI API",
            hint="check the model's base URL; it usually ends with /v1",
        )

    async def _open(self, path: str, body: JsonObject) -> httpx2.Response:
        attempt = 0
        # Of this request alone, until an answer shows that it was that.
        refused = set(self._refused)
        while True:
            attempt += 1
            pause = 0.5 * 2 ** (attempt - 1) * random.uniform(0.75, 1.25)
            try:
                response = await self.send("POST", path, orjson.dumps(without(body, refused)))
            except LlmError as error:
                if error.code != "provider_unreachable":
                    raise  # it may have begun to work on the request
                problem = error
            else:
                if response.status_code == 200:
                    self._refused |= refused
                    return response
                problem = await self.refusal(response)
                if more := self._refused_of(without(body, refused), problem):
                    refused.update(more)
                    attempt -= 1
                    continue
                if response.status_code not in _RETRIED:
                    raise problem
                asked = _retry_after(response)
                pause = pause if asked is None else asked
            if attempt == _ATTEMPTS or pause > _LONGEST_PAUSE:
                raise problem
            if self.on_retry is not None:
                self.on_retry(problem, pause)
            await self._sleep(pause)

    def _refused_of(self, body: JsonObject, problem: LlmError) -> tuple[str, ...]:
        """What a refusal is about, as far as it is added here."""
        if problem.status not in REFUSALS or problem.code == context.CODE:
            return ()
        return refused_additions(body, problem.message.removeprefix(f"{self.model.name}: "), problem.param)

    async def _objects(self, response: httpx2.Response) -> AsyncGenerator[JsonObject]:
        pieces = response.aiter_bytes()
        first = await _beginning(pieces)
        # Some that do not stream do not say either what they send. No line of a stream begins so.
        if "json" in response.headers.get("content-type", "") or first.startswith(b"{"):
            yield self._object(await _read(pieces, _MAX_EVENT, first))
            return
        parser = EventParser(limit=_MAX_EVENT)
        async for data in _following(first, pieces):
            try:
                events = parser.feed(data)
            except EventTooLargeError as error:
                raise LlmError(f"{self.model.name} sent {error}") from error
            for event in events:
                data = event.data.strip()
                if data == b"[DONE]":
                    return
                if not _is_sign_of_life(event):
                    yield self._object(data, event.event)

    def _object(self, data: bytes, name: str = "") -> JsonObject:
        try:
            value = orjson.loads(data)
        except ValueError:
            value = None
        if not isinstance(value, dict):
            raise self.not_of_the_api()
        if name.startswith("response."):
            value.setdefault("type", name)
        # A response object has the member too, and null while all is well.
        if value.get("error") and value.get("object") != "response":
            raise self.described(value, None)
        return value

    async def refusal(self, response: httpx2.Response) -> LlmError:
        """The error that an answer is; closes it."""
        data = await self.refusal_text(response)
        await response.aclose()
        try:
            value: object = orjson.loads(data)
        except ValueError:
            value = data.decode("utf-8", "replace")
        error = self.described(value, response.status_code)
        error.retry_after = response.headers.get("retry-after")
        return error

    def described(self, value: object, status: int | None) -> LlmError:
        """The error in whatever form the provider gives it."""
        error: Any = value
        if isinstance(value, list) and value:
            error = value[0]
        if isinstance(error, dict):
            error = error.get("error", error)
        details = error if isinstance(error, dict) else {}
        text = details.get("message") or details.get("detail") or (error if isinstance(error, str) else "")
        said = one_line(self._redacted(str(text)), limit=400) or "no reason given"
        code, kind, param = details.get("code"), details.get("type"), details.get("param")
        size = None
        if context.is_too_long(code, said) or context.is_too_long(kind, said):
            code, size = context.CODE, context.context_size(details, said)
        return LlmError(
            f"{self.model.name}: {f'HTTP {status}: ' if status else ''}{said}",
            hint=_CODE_HINTS.get(str(code)) or _HINTS.get(status or 0),
            status=status,
            kind=kind if isinstance(kind, str) else "server_error",
            code=str(code) if code is not None else None,
            param=param if isinstance(param, str) else None,
            context_size=size,
        )

    def _told(self, error: Exception) -> str:
        return one_line(self._redacted(str(error)), limit=400) or type(error).__name__

    def _redacted(self, text: str) -> str:
        """Providers like to repeat the key that they refuse."""
        return text.replace(self._api_key, "…") if self._api_key else text


def _hint(error: Exception) -> str | None:
    """What to do, where the connections below say it."""
    return error.__cause__.hint if isinstance(error.__cause__, McptuiError) else None


@functools.lru_cache(maxsize=256)
def _url(text: str) -> httpx2.URL:
    return httpx2.URL(text)


def _is_sign_of_life(event: Event) -> bool:
    """``data: ping``, or an event of another name that is no JSON."""
    data = event.data.strip()
    return not data.startswith((b"{", b"[")) and (event.event != "message" or not data or data.isalpha())


async def _beginning(pieces: AsyncIterator[bytes]) -> bytes:
    """The first bytes that are no white space; none where there are no others."""
    async for piece in pieces:
        if begun := piece.lstrip():
            return begun
    return b""


async def _following(first: bytes, pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for piece in pieces:
        yield piece


async def _read(pieces: AsyncIterator[bytes], limit: int, begun: bytes = b"") -> bytes:
    data = bytearray(begun)
    async for piece in pieces:
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
