from __future__ import annotations

import ssl

import aiohttp
import pytest

from mcptui.upstream.errors import UpstreamTimeoutError, from_client_error, public_url


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://user:secret@example.com:8443/mcp?token=secret#secret", "https://example.com:8443/mcp"),
        ("http://[::1]:80/x", "http://[::1]:80/x"),
        ("https://example.com", "https://example.com"),
        ("http://example.com:port/", "the URL"),
        ("http://[bad/", "the URL"),
    ],
)
def test_urls_are_shown_without_what_may_be_secret(url: str, shown: str) -> None:
    assert public_url(url) == shown


def test_what_the_http_client_says_becomes_a_sentence() -> None:
    url = "https://user:secret@h/x?secret"
    for error, part in (
        (aiohttp.InvalidURL("x"), "is not a URL"),
        (ssl.SSLError("x"), "certificate"),
        (aiohttp.ServerDisconnectedError(), "broke: ServerDisconnectedError"),
        (aiohttp.ClientPayloadError("secret"), "broke"),
    ):
        translated = from_client_error(error, url)
        assert part in translated.message
        assert "secret" not in translated.message + str(translated.hint)


def test_only_what_surely_did_not_run_may_be_repeated() -> None:
    assert from_client_error(aiohttp.ServerDisconnectedError(), "http://h").ran
    timeout = from_client_error(TimeoutError(), "http://h")
    assert isinstance(timeout, UpstreamTimeoutError)
    assert timeout.ran


async def test_nobody_listens(client: aiohttp.ClientSession, unused_tcp_port: int) -> None:
    url = f"http://127.0.0.1:{unused_tcp_port}/mcp"
    with pytest.raises(aiohttp.ClientConnectorError) as caught:
        await client.post(url)
    error = from_client_error(caught.value, url)
    assert "connection refused" in error.message
    assert not error.ran
    assert error.hint


async def test_no_such_host(client: aiohttp.ClientSession) -> None:
    with pytest.raises(aiohttp.ClientError) as caught:
        await client.post("http://nothing.invalid/mcp")
    assert "cannot be resolved" in from_client_error(caught.value, "http://nothing.invalid/mcp").message
