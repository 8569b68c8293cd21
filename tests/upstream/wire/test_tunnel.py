"""What is said to proxies."""

from __future__ import annotations

import asyncio

import pytest

from mcptui.upstream.wire.address import Address, Origin
from mcptui.upstream.wire.errors import ProxyError
from mcptui.upstream.wire.head import header_lines, request_line
from mcptui.upstream.wire.proxies import Proxy
from mcptui.upstream.wire.tunnel import Greeting, forwarded, was_not_forwarded
from tests.support.transport import Transport

PLAIN = Proxy.parse("http://p:1", "proxy")
WITH_LOGIN = Proxy.parse("http://me:secret@p:1", "proxy")


@pytest.mark.parametrize(
    ("url", "line"),
    [
        ("http://a.test/mcp?x=1", b"POST http://a.test/mcp?x=1 HTTP/1.1"),
        ("http://a.test:8080", b"POST http://a.test:8080/ HTTP/1.1"),
        ("http://[fd00::1]:8080/mcp", b"POST http://[fd00::1]:8080/mcp HTTP/1.1"),
        ("http://b\u00fccher.test/", b"POST http://xn--bcher-kva.test/ HTTP/1.1"),
    ],
)
def test_a_forwarded_request_has_the_whole_url(url: str, line: bytes) -> None:
    address = Address.parse(url)
    head = request_line("POST", address) + header_lines({"x-own": "1"}) + b"\r\n"
    rest = head.partition(b"\r\n")[2]
    assert forwarded(head, address, PLAIN) == line + b"\r\n" + rest
    assert forwarded(head, address, WITH_LOGIN) == line + b"\r\n" + WITH_LOGIN.header + rest


async def greet(answer: list[bytes], proxy: Proxy = PLAIN, host: str = "a.test") -> bytes:
    """What is written to a proxy that answers so and hangs up."""
    greeting, transport = Greeting(proxy), Transport()
    greeting.connection_made(transport)
    asked = asyncio.create_task(greeting.connect(Origin(host, 443, True)))
    await asyncio.sleep(0)
    for piece in answer:
        greeting.data_received(piece)
    if not answer:
        greeting.connection_lost(None)
    assert await asked is transport
    return b"".join(transport.written)


@pytest.mark.parametrize("host", ["a.test", "fd00::1"])
async def test_a_tunnel(host: str) -> None:
    shown = f"[{host}]" if ":" in host else host
    written = await greet([b"HTTP/1.1 200 ", b"OK\r\nVia: x\r\n\r\n"], WITH_LOGIN, host)
    assert written.startswith(f"CONNECT {shown}:443 HTTP/1.1\r\nhost: {shown}:443\r\n".encode())
    assert written.endswith(WITH_LOGIN.header + b"\r\n")


@pytest.mark.parametrize(
    ("answer", "status", "says"),
    [
        ([], None, "closed"),
        ([b"HTTP/1.0 403 no\r\n\r\n"], 403, "does not connect"),
        ([b"HTTP/1.1 407 no\r\n\r\nbody"], 407, "does not connect"),
        ([b"SSH-2.0\r\n\r\n"], None, "did not answer with HTTP"),
        ([b"HTTP/1.1 2000\r\n\r\nx"], None, "more than an answer"),
        ([b"HTTP/1.1 2\r\n\r\n"], None, "did not answer with HTTP"),
        ([b"x" * 70_000], None, "did not answer with HTTP"),
    ],
)
async def test_no_tunnel(answer: list[bytes], status: int | None, says: str) -> None:
    with pytest.raises(ProxyError, match=says) as caught:
        await greet(answer)
    assert caught.value.status == status


@pytest.mark.parametrize(
    ("status", "headers", "is_own"),
    [
        (407, {}, True),
        (403, {"x-squid-error": "ERR_ACCESS_DENIED 0"}, True),
        (503, {"x-squid-error": "ERR_DNS_FAIL 0"}, True),
        (503, {"proxy-status": "proxy.test; error=connection_refused"}, True),
        (502, {"proxy-status": 'a, b;error=dns_error; details="x"'}, True),
        # The server may have begun to work on it.
        (502, {"x-squid-error": "ERR_ZERO_SIZE_OBJECT 0"}, False),
        (504, {"proxy-status": "proxy.test; error=http_response_timeout"}, False),
        # Its own answer.
        (403, {}, False),
        (401, {"proxy-status": "proxy.test"}, False),
        (200, {"x-squid-error": "ERR_ACCESS_DENIED 0"}, False),
    ],
)
def test_whose_answer_it_is(status: int, headers: dict[str, str], is_own: bool) -> None:
    assert was_not_forwarded(status, headers) is is_own
