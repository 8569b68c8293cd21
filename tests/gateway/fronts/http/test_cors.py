"""Which pages may read answers, and what they are told."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any, cast

import pytest
from starlette.types import Receive

from mcptui.gateway.fronts.http.cors import Cors
from mcptui.gateway.fronts.http.incoming import Incoming

PAGE = "https://page.example"


class Sent:
    """What goes to the client."""

    def __init__(self) -> None:
        self.messages: list[MutableMapping[str, Any]] = []

    async def __call__(self, message: MutableMapping[str, Any]) -> None:
        self.messages.append(message)

    @property
    def headers(self) -> dict[bytes, bytes]:
        return dict(self.messages[0]["headers"])


@pytest.mark.parametrize(
    ("origins", "headers", "allowed"),
    [
        ((PAGE,), {"origin": [PAGE]}, PAGE),
        ((PAGE, "null"), {"origin": ["null"]}, "null"),
        ((PAGE,), {}, None),
        ((), {"origin": [PAGE]}, None),
        # As they are written: another scheme, port, case or subdomain is another origin.
        ((PAGE,), {"origin": ["http://page.example"]}, None),
        ((PAGE,), {"origin": [f"{PAGE}:8443"]}, None),
        ((PAGE,), {"origin": [f"{PAGE}/"]}, None),
        ((PAGE,), {"origin": [PAGE.upper()]}, None),
        ((PAGE,), {"origin": ["https://evil.page.example"]}, None),
        ((PAGE,), {"origin": [f"{PAGE}.evil.example"]}, None),
        # There is no pattern: a star is an origin that no page has.
        (("*",), {"origin": [PAGE]}, None),
    ],
)
def test_which_pages_are_allowed(origins: tuple[str, ...], headers: dict[str, list[str]], allowed: str | None) -> None:
    assert Cors(origins).allows(headers) == allowed


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({}, None),
        ({"access-control-request-headers": ["authorization"]}, b"authorization"),
        ({"access-control-request-headers": ["authorization,x-a", "x-b"]}, b"authorization,x-a, x-b"),
    ],
)
async def test_a_preflight_allows_what_the_page_asks_for(asked: dict[str, list[str]], told: bytes | None) -> None:
    sent = Sent()
    incoming = Incoming("OPTIONS", "/mcp", b"", asked, None, cast("Receive", None), sent)
    await Cors((PAGE,)).preflight(PAGE, incoming)
    assert sent.messages[0]["status"] == 204
    assert sent.headers[b"access-control-allow-origin"] == PAGE.encode()
    assert sent.headers[b"access-control-allow-methods"] == b"GET, POST, DELETE, OPTIONS"
    assert sent.headers.get(b"access-control-allow-headers") == told
    assert sent.headers[b"vary"] == b"origin"
    assert b"access-control-allow-credentials" not in sent.headers


async def test_an_answer_is_marked_once_and_keeps_its_own_headers() -> None:
    sent = Sent()
    sending = Cors((PAGE,)).marking(PAGE, sent)
    start = {"type": "http.response.start", "status": 200, "headers": [(b"x", b"1")]}
    await sending(start)
    await sending({"type": "http.response.body", "body": b"a"})
    await sending({"type": "http.response.body", "body": b"b"})
    assert sent.headers[b"x"] == b"1"
    assert sent.headers[b"access-control-allow-origin"] == PAGE.encode()
    assert b"mcp-session-id" in sent.headers[b"access-control-expose-headers"]
    assert [message.get("body") for message in sent.messages] == [None, b"a", b"b"]
    assert start["headers"] == [(b"x", b"1")], "what was given is not changed"
