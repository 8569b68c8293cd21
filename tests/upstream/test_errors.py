from __future__ import annotations

import socket
import ssl

import pytest

from mcptui.upstream.errors import UpstreamError, from_wire_error
from mcptui.upstream.http import Endpoint
from mcptui.upstream.wire.client import HttpClient
from mcptui.upstream.wire.errors import (
    BadAddressError,
    BadHeaderError,
    BrokenError,
    ConnectError,
    TlsError,
    TooLargeError,
    WireError,
)


def unconnected(cause: Exception) -> ConnectError:
    error = TlsError("no TLS") if isinstance(cause, ssl.SSLError) else ConnectError("no connection")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "part"),
    [
        (BadAddressError("canary"), "is not a URL"),
        (BadHeaderError("canary"), "cannot be sent"),
        (BrokenError("the server closed the connection"), "broke: the server closed"),
        (TooLargeError("more than 5 bytes"), "more than 5 bytes"),
        (unconnected(socket.gaierror("canary")), "cannot be resolved"),
        (unconnected(ssl.SSLCertVerificationError("canary")), "certificate"),
        (unconnected(ssl.SSLError("canary")), "does not speak TLS"),
        (unconnected(ConnectionRefusedError("canary")), "connection refused"),
        (unconnected(TimeoutError("canary")), "timed out"),
        (unconnected(OSError(113, "No route to host")), "No route to host"),
        (unconnected(OSError("canary")), "OSError"),
    ],
)
def test_what_the_wire_says_becomes_a_sentence(error: WireError, part: str) -> None:
    translated = from_wire_error(error, "https://user:canary@h/x?canary")
    assert part in translated.message
    assert "canary" not in translated.message + str(translated.hint)
    # Only what surely was not sent may be sent again.
    assert translated.ran is isinstance(error, (BrokenError, TooLargeError))


async def test_nobody_listens(client: HttpClient, unused_tcp_port: int) -> None:
    with pytest.raises(UpstreamError, match="connection refused") as caught:
        await Endpoint(client, f"http://127.0.0.1:{unused_tcp_port}/mcp", {}).post(b"{}", {})
    assert not caught.value.ran
    assert caught.value.hint


async def test_no_such_host(client: HttpClient) -> None:
    with pytest.raises(UpstreamError, match="cannot be resolved"):
        await Endpoint(client, "http://nothing.invalid/mcp", {}).post(b"{}", {})
