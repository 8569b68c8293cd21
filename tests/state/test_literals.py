from __future__ import annotations

from typing import Any

import pytest

from mcptui.model import LlmModel, Server
from mcptui.model.auth import ApiKey
from mcptui.state.literals import literal_secrets

TOKEN = "ghp_" + "a1" * 18
KEY = "-----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY-----"
CERTIFICATE = "-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----"


def spots(entity: Server | LlmModel) -> list[tuple[str, str, str]]:
    """Place, name and secret of each literal."""
    return [
        (".".join(found.path), found.name, found.text(entity)[found.start : found.end])
        for found in literal_secrets(entity)
    ]


def test_every_field() -> None:
    server = Server(
        name="x",
        url=f"https://a.example/v1/{TOKEN}/mcp?team=docs&api_key=k%2Fv#x",
        auth=ApiKey(auth_value="value"),
        headers={"X-Token": "abc", "X-Team": "docs", "Any": f"Bearer {TOKEN}"},
        env={"PASSWORD": "pw", "PATH_TO_KEY": "/etc/key"},
    )
    assert spots(server) == [
        ("auth_value", "auth", "value"),
        ("headers.X-Token", "X-Token", "abc"),
        ("headers.Any", "Any", f"Bearer {TOKEN}"),
        ("env.PASSWORD", "PASSWORD", "pw"),
        ("url", "url", TOKEN),
        ("url", "api_key", "k%2Fv"),
    ]


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (("--token", "abc"), [("args", "token", "abc")]),
        (("--token=abc",), [("args", "token", "abc")]),
        (("-e", "API_KEY=abc"), [("args", "API_KEY", "abc")]),
        (("--header", f"Authorization: Bearer {TOKEN}"), [("args", "Authorization", f"Bearer {TOKEN}")]),
        (("--db", "postgres://me:pw@db/x", "redis://:pw2@r"), [("args", "db", "pw"), ("args", "argument", "pw2")]),
        (("--url=http://me:pw@x",), [("args", "argument", "pw")]),
        (("http://me:${PW}@x", "http://me:${env:PW}@x", "git@x:a/b", "mailto:me:you@x"), []),
        (("serve", TOKEN), [("args", "argument", TOKEN)]),
        (("--token", "${secret:server/x/token}"), []),
        (("--header", "Authorization:${AUTH}"), []),
        (("--token-file", "/etc/token", "--port", "8080", "https://a.example/?x=1"), []),
    ],
)
def test_arguments(args: tuple[str, ...], expected: list[tuple[str, str, str]]) -> None:
    assert spots(Server(name="x", command="run", args=args)) == expected


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"proxy": "http://me:p%40w@p:1"}, [("proxy", "proxy", "p%40w")]),
        ({"proxy": "me:pw@p:1"}, [("proxy", "proxy", "pw")]),
        ({"proxy": "socks5h://me:@p"}, []),
        ({"proxy": f"http://{TOKEN}@p"}, [("proxy", "proxy", TOKEN)]),
        # Characters that nobody has encoded.
        ({"proxy": "http://me:p/w?x#y@p"}, [("proxy", "proxy", "p/w?x#y")]),
        ({"proxy": "http://me:${secret:a/b}@p:1"}, []),
        ({"proxy": "http://${secret:a/b}:pw@p:1"}, [("proxy", "proxy", "pw")]),
        ({"proxy": "http://p:3128"}, []),
        ({"proxy": "none"}, []),
        ({"client_cert": "/c", "client_key": KEY}, [("client_key", "client-key", KEY)]),
        ({"client_cert": CERTIFICATE + KEY}, [("client_cert", "client-cert", CERTIFICATE + KEY)]),
        ({"client_cert": CERTIFICATE, "ca_file": CERTIFICATE, "client_key": "~/k.pem"}, []),
        ({"client_cert": "/c", "client_key": "${secret:k}", "client_key_password": "${secret:p}"}, []),
    ],
)
def test_of_the_network_of_servers_and_models(settings: dict[str, Any], expected: list[tuple[str, str, str]]) -> None:
    assert spots(Server(name="x", url="http://a", **settings)) == expected
    assert spots(LlmModel(name="x", base_url="http://a", model="m", **settings)) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://me:pw@a.example:1/x", ["pw"]),
        ("https://me:a@b@a.example", ["a@b"]),
        (f"https://{TOKEN}:x-oauth-basic@a.example", [TOKEN, "x-oauth-basic"]),
        ("https://me@a.example", []),
        ("https://a.example/me:pw@x", []),
        ("https://me:${secret:server/x/url}@a.example/?key=k1", ["k1"]),
    ],
)
def test_of_a_url(url: str, expected: list[str]) -> None:
    assert spots(Server(name="x", url=url)) == [
        ("url", "key" if secret == "k1" else "url", secret) for secret in expected
    ]


def test_of_the_address_of_a_model() -> None:
    model = LlmModel(name="m", base_url=f"https://me:pw@a.example/{TOKEN}/v1", model="m")
    assert spots(model) == [("base_url", "base_url", "pw"), ("base_url", "base_url", TOKEN)]


def test_a_variable_or_header_with_the_url_of_a_proxy_or_with_a_key() -> None:
    server = Server(name="x", command="run", env={"HTTPS_PROXY": "http://me:pw@p:1", "PEM": KEY, "URL": "http://p:1"})
    assert spots(server) == [("env.HTTPS_PROXY", "HTTPS_PROXY", "pw"), ("env.PEM", "PEM", KEY)]
