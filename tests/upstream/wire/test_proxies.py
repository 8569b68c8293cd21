"""Which proxy, if any: the variables as curl and Python read them, and the setting."""

from __future__ import annotations

import pytest

from mcptui.upstream.wire.address import Address, Origin
from mcptui.upstream.wire.errors import BadProxyError
from mcptui.upstream.wire.proxies import EnvironmentProxies, Proxy, bypasses, is_loopback, no_proxy, one_proxy


def origin(url: str) -> Origin:
    return Address.parse(url).origin


@pytest.mark.parametrize(
    ("environment", "url", "proxy"),
    [
        ({}, "https://a.test/", None),
        ({"HTTPS_PROXY": "http://p:1"}, "https://a.test/", "http://p:1"),
        ({"HTTPS_PROXY": "http://p:1"}, "http://a.test/", None),
        ({"HTTP_PROXY": "http://p:1"}, "http://a.test/", "http://p:1"),
        ({"HTTP_PROXY": "http://p:1"}, "https://a.test/", None),
        ({"ALL_PROXY": "http://p:1"}, "https://a.test/", "http://p:1"),
        ({"ALL_PROXY": "socks5h://p"}, "http://a.test/", "socks5h://p:1080"),
        ({"ALL_PROXY": "http://all:1", "HTTPS_PROXY": "http://p:1"}, "https://a.test/", "http://p:1"),
        # The lower-case name wins, an empty one takes the proxy back.
        ({"https_proxy": "http://lower:1", "HTTPS_PROXY": "http://p:1"}, "https://a.test/", "http://lower:1"),
        ({"https_proxy": "", "HTTPS_PROXY": "http://p:1"}, "https://a.test/", None),
        ({"https_proxy": "", "ALL_PROXY": "http://p:1"}, "https://a.test/", "http://p:1"),
        ({"https_proxy": "http://p:1", "NO_PROXY": "a.test"}, "https://a.test/", None),
        ({"https_proxy": "http://p:1", "no_proxy": "", "NO_PROXY": "a.test"}, "https://a.test/", "http://p:1"),
        # Without a scheme or a port.
        ({"HTTPS_PROXY": "p:3128"}, "https://a.test/", "http://p:3128"),
        ({"HTTPS_PROXY": "http://p"}, "https://a.test/", "http://p:80"),
        ({"HTTPS_PROXY": "https://p"}, "https://a.test/", "https://p:443"),
        ({"HTTPS_PROXY": "http://b\u00fccher.test"}, "https://a.test/", "http://xn--bcher-kva.test:80"),
        ({"HTTPS_PROXY": " http://[::1]:3128/ "}, "https://a.test/", "http://[::1]:3128"),
        # This machine.
        ({"HTTP_PROXY": "http://p:1"}, "http://127.0.0.1:8000/", None),
        ({"HTTP_PROXY": "http://p:1"}, "http://localhost:8000/", None),
        ({"HTTP_PROXY": "http://p:1"}, "http://[::1]:8000/", None),
    ],
)
def test_the_environment(environment: dict[str, str], url: str, proxy: str | None) -> None:
    found = EnvironmentProxies(environment)(origin(url))
    assert (found.shown if found else None) == proxy


@pytest.mark.parametrize(
    ("no_proxy", "url", "is_exempt"),
    [
        ("", "https://a.test/", False),
        ("*", "https://a.test/", True),
        ("a.test", "https://a.test/", True),
        ("a.test", "https://sub.a.test/", True),
        ("a.test", "https://aa.test/", False),
        ("a.test", "https://a.test.evil/", False),
        (".a.test", "https://sub.a.test/", True),
        (".a.test", "https://a.test/", True),
        ("*.a.test", "https://sub.a.test/", True),
        ("A.Test", "https://a.TEST/", True),
        ("a.test.", "https://a.test/", True),
        ("b.test, a.test", "https://a.test/", True),
        ("b.test a.test", "https://a.test/", True),
        (",, ,", "https://a.test/", False),
        # With a port.
        ("a.test:443", "https://a.test/", True),
        ("a.test:8443", "https://a.test/", False),
        ("a.test:8443", "https://a.test:8443/", True),
        (".a.test:8443", "https://sub.a.test:8443/", True),
        # Addresses and networks.
        ("10.1.2.3", "http://10.1.2.3/", True),
        ("10.1.2.3", "http://110.1.2.3/", False),
        ("1.2.3", "http://10.1.2.3/", False),
        ("10.0.0.0/8", "http://10.1.2.3/", True),
        ("10.0.0.1/8", "http://10.1.2.3/", True),
        ("10.0.0.0/8", "http://11.1.2.3/", False),
        ("10.1.2.3:80", "http://10.1.2.3/", True),
        ("10.1.2.3:81", "http://10.1.2.3/", False),
        ("fd00::/8", "http://[fd00::1]/", True),
        ("fd00::1", "http://[fd00::1]/", True),
        ("[fd00::1]", "http://[fd00::1]/", True),
        ("[fd00::1]:80", "http://[fd00::1]/", True),
        ("[fd00::1]:81", "http://[fd00::1]/", False),
        ("10.0.0.0/8", "http://[fd00::1]/", False),
        # A name is not resolved to see whether it is in a network.
        ("10.0.0.0/8", "https://a.test/", False),
        # What is none of these says nothing.
        ("10.0.0.0/99", "http://10.1.2.3/", False),
        ("https://a.test", "https://a.test/", False),
        (":443", "https://a.test/", False),
        (".", "https://a.test/", False),
    ],
)
def test_what_is_exempt(no_proxy: str, url: str, is_exempt: bool) -> None:
    assert bypasses(no_proxy, origin(url)) is is_exempt


@pytest.mark.parametrize(
    ("host", "is_here"),
    [
        ("localhost", True),
        ("LocalHost.", True),
        ("a.localhost", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("localhost.test", False),
        ("notlocalhost", False),
        ("10.0.0.1", False),
        ("0.0.0.0", False),
    ],
)
def test_this_machine(host: str, is_here: bool) -> None:
    assert is_loopback(host) is is_here


@pytest.mark.parametrize("text", ["", " ", "none", "None", "direct"])
def test_a_setting_that_says_none(text: str) -> None:
    assert one_proxy(text, "proxy")(origin("https://a.test/")) is None
    assert no_proxy(origin("https://a.test/")) is None


def test_a_setting_counts_for_this_machine_too() -> None:
    found = one_proxy("http://p:1", "proxy")(origin("http://127.0.0.1/"))
    assert found is not None
    assert (found.shown, found.source) == ("http://p:1", "proxy")


@pytest.mark.parametrize(
    ("url", "header"),
    [
        ("http://p:1", b""),
        ("http://me:secret@p:1", b"proxy-authorization: Basic bWU6c2VjcmV0\r\n"),
        ("http://me@p:1", b"proxy-authorization: Basic bWU6\r\n"),
        ("http://me:a%3Ab%40c@p:1", b"proxy-authorization: Basic bWU6YTpiQGM=\r\n"),
        ("http://me:%23%3F@p:1", b"proxy-authorization: Basic bWU6Iz8=\r\n"),
        ("http://me:\udcff@p:1", b"proxy-authorization: Basic bWU6/w==\r\n"),
    ],
)
def test_the_credential_is_in_its_header_and_nowhere_else(url: str, header: bytes) -> None:
    proxy = Proxy.parse(url, "HTTPS_PROXY")
    assert proxy.header == header
    assert proxy.shown == "http://p:1"
    assert "secret" not in repr(proxy)


@pytest.mark.parametrize(
    "text",
    [
        "http://",
        "ftp://p:1",
        "http://p:port",
        "http://[bad",
        "http://p p",
        "http://me:canary@:1",
        "://",
        "a b",
        "http//p:1",
        "http://p..corp:3128",
        f"http://{'p' * 64}:3128",
        "http://.p:3128",
        "http://p*:3128",
        # A password that nobody has encoded.
        "http://gateway:#canary@p:3128",
        "http://gateway:?canary@p:3128",
        "gateway:#canary@p:3128",
        "http://gateway:12/canary@p:3128",
        "http://p:3128/?canary",
    ],
)
def test_what_is_no_proxy(text: str) -> None:
    with pytest.raises(BadProxyError) as caught:
        Proxy.parse(text, "HTTPS_PROXY")
    assert caught.value.source == "HTTPS_PROXY"
    assert "canary" not in str(caught.value)
