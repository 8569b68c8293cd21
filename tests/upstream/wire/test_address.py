from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcptui.upstream.wire.address import Address, Origin
from mcptui.upstream.wire.errors import BadAddressError
from mcptui.upstream.wire.head import request_line


@pytest.mark.parametrize(
    ("url", "origin", "authority", "target"),
    [
        ("http://h/mcp", Origin("h", 80, False), "h", "/mcp"),
        ("https://h", Origin("h", 443, True), "h", "/"),
        ("https://h:8443/a?b=c&d", Origin("h", 8443, True), "h:8443", "/a?b=c&d"),
        ("http://h:80/", Origin("h", 80, False), "h", "/"),
        ("http://[::1]:5/x", Origin("::1", 5, False), "[::1]:5", "/x"),
        ("http://127.0.0.1:5/%41#part", Origin("127.0.0.1", 5, False), "127.0.0.1:5", "/%41"),
        (
            "http://bücher.example/ä b",
            Origin("xn--bcher-kva.example", 80, False),
            "xn--bcher-kva.example",
            "/%C3%A4%20b",
        ),
    ],
)
def test_a_url_taken_apart(url: str, origin: Origin, authority: str, target: str) -> None:
    assert Address.parse(url) == Address(origin, authority, target, None)


def test_user_info_becomes_a_header() -> None:
    address = Address.parse("http://us%65r:p%40ss@h/")
    assert address.authorization == "Basic dXNlcjpwQHNz"
    assert address.authority == "h"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "h/mcp",
        "ftp://h/",
        "http://",
        "http://h:port/",
        "http://[bad/",
        "http://a b/",
        "http://h..h/",
        "file:///x",
        "http://h/\udcff",
    ],
)
def test_what_is_no_url(url: str) -> None:
    with pytest.raises(BadAddressError):
        Address.parse(url)


@given(st.text())
def test_nothing_in_a_url_ends_the_request_line(text: str) -> None:
    try:
        address = Address.parse(f"http://h/{text}")
    except BadAddressError:
        return
    assert request_line("POST", address).count(b"\r\n") == 2
    assert request_line("POST", address).count(b" ") == 3
