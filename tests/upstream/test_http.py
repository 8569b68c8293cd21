from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from mcptui.model.limits import Limits
from mcptui.upstream import http, large_messages
from mcptui.upstream.errors import MessageTooLargeError, NotMcpError, UpstreamError, UpstreamLoginError
from mcptui.upstream.http import Endpoint
from mcptui.upstream.large_messages import LargeMessages
from mcptui.upstream.wire.client import HttpClient
from tests.support.upstream import ScriptedUpstream


@pytest.fixture
async def upstream() -> AsyncIterator[ScriptedUpstream]:
    async with ScriptedUpstream() as server:
        yield server


@pytest.fixture
def endpoint(client: HttpClient, upstream: ScriptedUpstream) -> Endpoint:
    return Endpoint(client, upstream.url, {"X-Own": "1", "Authorization": "Bearer secret"})


async def test_headers_of_a_post(endpoint: Endpoint, upstream: ScriptedUpstream) -> None:
    (await endpoint.post(b"{}", {"mcp-method": "x"})).release()
    sent = upstream.seen[0].headers
    assert sent["x-own"] == "1"
    assert sent["mcp-method"] == "x"
    assert sent["content-type"] == "application/json"
    assert sent["accept"] == "application/json, text/event-stream"
    assert "cookie" not in sent


async def test_cookies_are_not_kept(endpoint: Endpoint, upstream: ScriptedUpstream) -> None:
    async def set_cookie(request: web.Request) -> web.Response:
        return web.Response(headers={"set-cookie": "session=of-somebody; Path=/"})

    upstream.raw = set_cookie
    for _ in range(2):
        (await endpoint.post(b"{}", {})).release()
    assert "cookie" not in upstream.seen[1].headers


async def test_a_redirect_within_the_origin_is_followed(endpoint: Endpoint, upstream: ScriptedUpstream) -> None:
    async def redirect(request: web.Request) -> web.Response | None:
        return (
            web.Response(status=307, headers={"location": "/mcp/"})
            if request.path == "/mcp"
            else web.Response(text="x")
        )

    upstream.raw = redirect
    response = await endpoint.post(b'{"a":1}', {})
    assert await endpoint.body(response) == b"x"
    response.release()
    assert upstream.seen[1].message == {"a": 1}


@pytest.mark.parametrize(
    "location",
    ["http://169.254.169.254/latest", "https://127.0.0.1/mcp", "//evil.example/mcp", "ftp://x/", "file:///etc/passwd"],
)
async def test_a_redirect_to_another_origin_is_not(
    endpoint: Endpoint, upstream: ScriptedUpstream, location: str
) -> None:
    async def redirect(request: web.Request) -> web.Response:
        return web.Response(status=307, headers={"location": location})

    upstream.raw = redirect
    with pytest.raises(UpstreamError, match="redirects to another origin"):
        await endpoint.post(b"{}", {})
    assert len(upstream.seen) == 1


async def test_a_circle_ends(endpoint: Endpoint, upstream: ScriptedUpstream) -> None:
    async def redirect(request: web.Request) -> web.Response:
        return web.Response(status=308, headers={"location": "/mcp"})

    upstream.raw = redirect
    with pytest.raises(UpstreamError, match="circle"):
        await endpoint.post(b"{}", {})
    assert len(upstream.seen) == 3


SMALL = Limits(max_message_bytes=1_000, max_json_values=100)


@pytest.fixture
def bounded(client: HttpClient, upstream: ScriptedUpstream) -> Endpoint:
    return Endpoint(client, upstream.url, {}, limits=lambda: SMALL)


async def test_bodies_are_bounded(bounded: Endpoint, upstream: ScriptedUpstream) -> None:

    async def announced(request: web.Request) -> web.StreamResponse:
        return web.Response(body=b"x" * 2_000)

    async def compressed(request: web.Request) -> web.StreamResponse:
        response = web.Response(body=b"x" * 1_000_000)
        response.enable_compression(web.ContentCoding.gzip)
        return response

    async def chunked(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(3):
            await response.write(b"x" * 500)
        return response

    for raw in (announced, compressed, chunked):
        upstream.raw = raw
        response = await bounded.post(b"{}", {})
        with pytest.raises(MessageTooLargeError, match="more than 1,000 bytes") as caught:
            await bounded.body(response)
        assert "max_message_bytes" in (caught.value.hint or "")
        assert caught.value.public == "answered with more than 1,000 bytes", "that is what clients hear"
        response.close()


MB = 1024 * 1024


@pytest.mark.parametrize("kind", ["application/json", "text/event-stream"])
async def test_large_messages_are_read_within_a_budget(
    client: HttpClient, upstream: ScriptedUpstream, kind: str
) -> None:
    text = '{"text":"' + "x" * 8 * MB + '"}'

    async def answer(request: web.Request) -> web.StreamResponse:
        return web.Response(text=f"data: {text}\n\n" if "event" in kind else text, content_type=kind)

    large = LargeMessages(lambda: 4 * MB)
    here = Endpoint(client, upstream.url, {}, large=large)

    async def read() -> int:
        response = await here.post(b"{}", {})
        reading = here.reading(response)
        try:
            if (body := await here.answer(response, reading)) is not None:
                return len((await here.message(body, reading))["text"])
            async with contextlib.aclosing(here.events(response, reading=reading)) as events:
                async for event in events:
                    message = await here.event_message(event, lambda *_: None, reading)
                    assert not reading.held, "what was decoded is not held, however long it takes to deliver it"
                    return len(message["text"])
            return 0
        finally:
            reading.end()
            response.release()

    upstream.raw = answer
    with large.reading("another", lambda: None) as other:
        await other.holds(20 * MB)
        reading = asyncio.ensure_future(read())
        async with asyncio.timeout(20):
            while large.held == 20 * MB:  # noqa: ASYNC110  nothing says so
                await asyncio.sleep(0)
        for _ in range(100):
            await asyncio.sleep(0)
        assert large.held < 22 * MB
        assert not reading.done()
    assert await reading == 8 * MB
    assert large.held == 0


async def test_a_large_message_that_stops_in_the_middle_fails_where_others_wait(
    client: HttpClient, upstream: ScriptedUpstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(large_messages, "TURN", 0.0)
    ended = asyncio.Event()

    async def stop(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"content-length": str(8 * MB)})
        await response.prepare(request)
        await response.write(b"x" * 4 * MB)
        await ended.wait()
        return response

    upstream.raw = stop
    large = LargeMessages(lambda: MB)
    endpoint = Endpoint(client, upstream.url, {}, large=large)
    response = await endpoint.post(b"{}", {})
    with large.reading("another", lambda: None) as other, endpoint.reading(response) as reading:
        body = asyncio.ensure_future(endpoint.body(response, reading))
        async with asyncio.timeout(20):
            while large.held < 4 * MB:  # noqa: ASYNC110  nothing says so
                await asyncio.sleep(0)
            await other.holds(MB)
        with pytest.raises(UpstreamError, match="stopped in the middle of a large message") as caught:
            await body
    assert caught.value.ran
    response.close()
    ended.set()


@pytest.mark.parametrize("text", ["[" + "{}," * 100 + "{}]", '{"a":' * 60 + "1" + "}" * 60, "[" + "1," * 200 + "1]"])
async def test_values_are_bounded(bounded: Endpoint, text: str) -> None:
    with pytest.raises(MessageTooLargeError, match="more than 100 JSON values") as caught:
        await bounded.message(text.encode())
    assert "max_json_values" in (caught.value.hint or "")


async def test_a_refusal_that_is_too_long_says_nothing(
    endpoint: Endpoint, upstream: ScriptedUpstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "MAX_REFUSAL", 1_000)

    async def refuse(request: web.Request) -> web.StreamResponse:
        return web.Response(status=400, body=b"{}," * 1_000)

    upstream.raw = refuse
    response = await endpoint.post(b"{}", {})
    assert await endpoint.refused_body(response) == b""
    response.close()


async def test_events_are_bounded(bounded: Endpoint, upstream: ScriptedUpstream) -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        return web.Response(text="data: ok\n\ndata: " + "x" * 2_000, content_type="text/event-stream")

    upstream.raw = endless
    response = await bounded.get({})
    with pytest.raises(MessageTooLargeError, match="more than 1,000 bytes"):
        _ = [event async for event in bounded.events(response)]
    response.close()


@pytest.mark.parametrize(
    "text", ['{"id":7,"result":"' + "x" * 2_000 + '"}', '{"result":[' + "{}," * 300 + '{}],"id":7}']
)
async def test_an_event_that_is_too_large_is_passed_over_on_a_shared_stream(
    bounded: Endpoint, upstream: ScriptedUpstream, text: str
) -> None:
    async def stream(request: web.Request) -> web.StreamResponse:
        return web.Response(text=f'data: {text}\n\ndata: {{"a":1}}\n\n', content_type="text/event-stream")

    upstream.raw = stream
    response = await bounded.get({})
    told: list[tuple[bytes, UpstreamError | None]] = []
    events = bounded.events(response, bounded.shared_parser())
    read = [
        await bounded.event_message(event, lambda data, error: told.append((data, error))) async for event in events
    ]
    assert read == [None, {"a": 1}]
    ((data, error),) = told
    assert isinstance(error, MessageTooLargeError)
    assert b'"id":7' in data
    response.close()


async def test_a_body_that_breaks_off(endpoint: Endpoint, upstream: ScriptedUpstream) -> None:
    async def break_off(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"content-length": "100"})
        await response.prepare(request)
        await response.write(b"{")
        assert request.transport is not None
        request.transport.close()
        return response

    upstream.raw = break_off
    response = await endpoint.post(b"{}", {})
    with pytest.raises(UpstreamError, match="broke") as caught:
        await endpoint.body(response)
    assert caught.value.ran
    response.close()


async def test_a_header_that_cannot_be_sent(client: HttpClient, upstream: ScriptedUpstream) -> None:
    """A pasted secret with a line break in it."""
    endpoint = Endpoint(client, upstream.url, {"authorization": "Bearer canary\r\nx: y"})
    with pytest.raises(UpstreamError, match="header") as posted:
        await endpoint.post(b"{}", {})
    with pytest.raises(UpstreamError, match="header") as got:
        await endpoint.get({})
    assert "canary" not in f"{posted.value} {posted.value.hint} {got.value}"
    await endpoint.delete({})
    assert upstream.seen == []


@pytest.mark.parametrize("body", [b"<html>", b"", b"\xff"])
async def test_what_is_not_json(client: HttpClient, body: bytes) -> None:
    with pytest.raises(NotMcpError, match="did not answer with JSON"):
        await Endpoint(client, "http://h/mcp", {}).message(body)


@pytest.mark.parametrize(
    ("status", "kind", "ran"),
    [
        (401, UpstreamLoginError, False),
        (403, UpstreamLoginError, False),
        (404, NotMcpError, False),
        (405, NotMcpError, False),
        (429, UpstreamError, False),
        (500, UpstreamError, True),
        (503, UpstreamError, True),
        (302, UpstreamError, False),
    ],
)
async def test_refusals_say_the_status(client: HttpClient, status: int, kind: type[UpstreamError], ran: bool) -> None:
    error = Endpoint(client, "http://user:secret@h/mcp?secret", {}).refusal(status)
    assert type(error) is kind
    assert (error.status, error.ran) == (status, ran)
    assert str(status) in error.message
    assert "secret" not in error.message


PAIR = "YWRtaW5pc3RyYXRvcjpwQHNzd29yZDE="  # administrator:p@ssword1


@pytest.mark.parametrize(
    ("url", "headers", "said"),
    [
        ("http://administrator:p%40ssword1@h/mcp", {}, f"Basic {PAIR}"),
        ("http://administrator:p%40ssword1@h/mcp", {}, PAIR),
        ("http://administrator:p%40ssword1@h/mcp", {}, "administrator:p@ssword1"),
        ("http://administrator:p%40ssword1@h/mcp", {}, "p@ssword1"),
        ("http://administrator:p%40ssword1@h/mcp", {}, "http://administrator:p%40ssword1@h"),
        ("http://token-as-user@h/mcp", {}, "token-as-user"),
        ("http://h/mcp?key=abcdefgh", {}, "abcdefgh"),
        ("http://h/mcp", {"Authorization": f"Basic {PAIR}"}, "p@ssword1"),
        ("http://h/mcp", {"Authorization": "Bearer abcdefgh"}, "abcdefgh"),
        ("http://h/mcp?short=abcdef", {"X-Key": "abcdefgh"}, "abcdefgh"),
        ("http://h/mcp", {"Authorization": "Basic no-base64!"}, "no-base64!"),
    ],
)
def test_what_a_server_quotes_of_credentials_is_left_out(
    client: HttpClient, url: str, headers: dict[str, str], said: str
) -> None:
    message = Endpoint(client, url, headers).refusal(400, f"I know no {said} here").message
    left = message.partition("I know no ")[2]
    assert "…" in left
    assert not any(part in left for part in ("admin", "p@ss", "p%40", PAIR, "token", "gh", "base64"))


@pytest.mark.parametrize(
    "words", ["400 No required SSL certificate was sent", "400 The SSL certificate error", "No SSL Certificate"]
)
def test_a_server_that_wants_a_client_certificate_says_so_in_http(client: HttpClient, words: str) -> None:
    error = Endpoint(client, "https://h/mcp", {}).refusal(400, words)
    assert "client certificate missing or rejected" in error.message
    assert words in error.message
    assert "client_cert" in str(error.hint)
