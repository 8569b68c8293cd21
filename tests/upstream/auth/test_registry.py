"""Every kind of auth has its authenticator, which shows a credential in its own form."""

from __future__ import annotations

import typing

import pytest

from mcptui.model import Server
from mcptui.model.auth import Auth, Basic
from mcptui.model.setting import make
from mcptui.secrets.memory import MemoryStore
from mcptui.upstream.auth.registry import AUTHENTICATORS, authenticator
from mcptui.upstream.connect import ConnectionDeps
from mcptui.upstream.errors import UpstreamLoginError


def test_every_kind_of_auth_has_one() -> None:
    assert set(AUTHENTICATORS) == set(typing.get_args(Auth))


@pytest.mark.parametrize(
    ("auth_type", "value", "header"),
    [
        ("none", "Custom abc", ("authorization", "Custom abc")),
        ("api_key", "abc", ("x-api-key", "abc")),
        ("bearer_token", "abc", ("authorization", "Bearer abc")),
        ("bearer_token", "Bearer abc", ("authorization", "Bearer abc")),
        ("bearer_token", "bearer abc", ("authorization", "bearer abc")),
        ("bearer_token", "bearerabc", ("authorization", "Bearer bearerabc")),
        ("oauth2", "abc", ("authorization", "Bearer abc")),
        ("token", "abc", ("authorization", "token abc")),
        ("token", "Token abc", ("authorization", "Token abc")),
        ("authorization", "Custom abc", ("authorization", "Custom abc")),
        ("authorization", "abc", ("authorization", "abc")),
        ("basic", "user:pass", ("authorization", "Basic dXNlcjpwYXNz")),
        ("basic", "user:pä:ss", ("authorization", "Basic dXNlcjpww6Q6c3M=")),
        ("basic", "Basic dXNlcjpwYXNz", ("authorization", "Basic dXNlcjpwYXNz")),
        ("basic", "basic:pass", ("authorization", "Basic YmFzaWM6cGFzcw==")),
    ],
)
def test_one_header(tools: ConnectionDeps, auth_type: str, value: str, header: tuple[str, str]) -> None:
    server = make(Server, {"name": "s", "url": "http://s/mcp", "auth_type": auth_type})
    assert authenticator(server, None, tools.resolve, tools.oauth).shown(value) == dict([header])


async def test_the_configured_value_is_shown_with_its_references_replaced(
    tools: ConnectionDeps, secrets: MemoryStore
) -> None:
    secrets.set("server/s/auth", "me:pw")
    server = Server(name="s", url="http://s/mcp", auth=Basic(auth_value="${secret:server/s/auth}"))
    headers = await authenticator(server, None, tools.resolve, tools.oauth).headers()
    assert headers == {"authorization": "Basic bWU6cHc="}


@pytest.mark.parametrize("value", ["dXNlcjpwYXNz", "", "Bearer a:b"])
def test_basic_needs_user_and_password(tools: ConnectionDeps, value: str) -> None:
    server = Server(name="s", url="http://s/mcp", auth=Basic())
    with pytest.raises(UpstreamLoginError, match="user:password") as caught:
        authenticator(server, None, tools.resolve, tools.oauth).shown(value)
    assert value not in str(caught.value) or not value
