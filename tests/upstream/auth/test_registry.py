"""Every kind of auth has its authenticator."""

from __future__ import annotations

import typing

from mcptui.model import Server
from mcptui.model.auth import Auth, Basic
from mcptui.secrets.memory import MemoryStore
from mcptui.upstream.auth.authenticator import SignIn
from mcptui.upstream.auth.registry import AUTHENTICATORS, authenticator
from mcptui.upstream.connect import ConnectionDeps


def test_every_kind_of_auth_has_one_that_takes_its_settings() -> None:
    assert list(AUTHENTICATORS) == list(typing.get_args(Auth))
    for kind, made in AUTHENTICATORS.items():
        (base,) = made.__orig_bases__  # type: ignore[attr-defined]
        assert typing.get_args(base) == (kind,)


async def test_the_configured_value_is_shown_with_its_references_replaced(
    tools: ConnectionDeps, secrets: MemoryStore
) -> None:
    secrets.set("server/s/auth", "me:pw")
    server = Server(name="s", url="http://s/mcp", auth=Basic(auth_value="${secret:server/s/auth}"))
    sign_in = SignIn(server, "http://s/mcp", server.auth, None, tools.resolve, tools.oauth)
    assert await authenticator(sign_in).headers() == {"authorization": "Basic bWU6cHc="}
