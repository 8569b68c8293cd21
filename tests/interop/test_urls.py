"""Which URLs a server may have, and the credential that leaves one of them."""

from __future__ import annotations

from typing import Any

import pytest

from mcptui.interop.urls import checked_url

SCHEME = "the URL must begin with http:// or https://"


@pytest.mark.parametrize(
    "url",
    [
        "http://x",
        "https://x.example:8443/mcp?a=b#c",
        "HTTPS://X.example/mcp",
        "http://[::1]:4000/mcp",
        "https://x/a@b",
        "https://x/?to=me@x",
        # References, which may stand for any part.
        "${env:URL}",
        "${env:BASE}/mcp",
        "https://${env:HOST}/mcp",
        "https://${env:HOST}:8080/mcp",
        "https://${env:HOST}:${env:PORT}/mcp",
        "http://x:${env:PORT}",
        "https://${secret:server/x/host}.example/mcp",
        "https://x/mcp?token=${file:/run/token}",
        "https://x/mcp?to=${secret:me@x}",
    ],
)
def test_what_a_server_may_have_stays_as_it_is(url: str) -> None:
    assert checked_url(f"  {url}\n") == (None, {"url": url})


@pytest.mark.parametrize(
    ("url", "bare", "credential"),
    [
        ("https://me:pw@x.example/mcp", "https://x.example/mcp", "me:pw"),
        ("https://me@x.example/mcp", "https://x.example/mcp", "me:"),
        ("https://:pw@x.example/mcp", "https://x.example/mcp", ":pw"),
        ("https://m%40e:p%3Aw@x.example:8443/mcp?a=b#c", "https://x.example:8443/mcp?a=b#c", "m@e:p:w"),
        ("https://me:p:w@x.example", "https://x.example", "me:p:w"),
        ("https://me:p@w@x.example", "https://x.example", "me:p@w"),
        ("http://me:pw@[::1]:4000/mcp", "http://[::1]:4000/mcp", "me:pw"),
        ("http://${env:U}:${env:P}@x/mcp", "http://x/mcp", "${env:U}:${env:P}"),
        ("http://me:${secret:server/x/pw}@x/mcp", "http://x/mcp", "me:${secret:server/x/pw}"),
        ("http://me:pw@${env:HOST}:${env:PORT}/mcp", "http://${env:HOST}:${env:PORT}/mcp", "me:pw"),
    ],
)
def test_user_and_password_become_a_credential(url: str, bare: str, credential: str) -> None:
    assert checked_url(url) == (None, {"url": bare, "auth_type": "basic", "auth_value": credential})


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("", SCHEME),
        ("x.example/mcp", SCHEME),
        ("ftp://x", f"{SCHEME}, not ftp"),
        ("file:///etc/passwd", f"{SCHEME}, not file"),
        ("javascript:alert(1)", f"{SCHEME}, not javascript"),
        ("https://", "the URL has no host"),
        ("https:///mcp", "the URL has no host"),
        ("https://:443/mcp", "the URL has no host"),
        ("https://me:pw@/mcp", "the URL has no host"),
        ("https://x/a b", "the URL contains white space"),
        ("https://x\t/", "the URL contains white space"),
        ("https://x\u00a0y/", "the URL contains white space"),
        ("\x00https://x/", "the URL contains white space"),
        ("https://${env:HOST}/a b", "the URL contains white space"),
        ("https://[::1", "not a URL: Invalid IPv6 URL"),
        ("https://x:port/", "not a URL: Port could not be cast to integer value as 'port'"),
        ("https://x:65536/", "not a URL: Port out of range 0-65535"),
    ],
)
def test_what_is_no_url_is_refused(url: str, problem: str) -> None:
    no_fields: dict[str, Any] = {}
    assert checked_url(url) == (problem, no_fields)
