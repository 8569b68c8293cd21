"""Every kind of auth has its authenticator."""

from __future__ import annotations

import typing

from mcptui.model import Server
from mcptui.model.auth import Auth, Basic
from mcptui.secrets.memory import MemoryStore
from mcptui.upstream.auth.registry import AUTHENTICATORS, authenticator
from mcptui.upstream.connect import ConnectionDeps


def test_every_kind_of_auth_has_one() -> None:
    assert set(AUTHENTICATORS) == set(typing.get_args(Auth))


def test_an_authenticator_knows_for_whom_it_signs_in_where(tools: ConnectionDeps) -> None:
    for kind, made in AUTHENTICATORS.items():
        server = Server(name="s", url="http://s/mcp", auth=typing.cast(Auth, kind()))
        found = authenticator(server, "me", tools.resolve, tools.oauth)
        assert type(found) is made
        assert (found.sign_in.server, found.sign_in.auth, found.sign_in.account) == (server, server.auth, "me")


async def test_the_configured_value_is_shown_with_its_references_replaced(
    tools: ConnectionDeps, secrets: MemoryStore
) -> None:
    secrets.set("server/s/auth", "me:pw")
    server = Server(name="s", url="http://s/mcp", auth=Basic(auth_value="${secret:server/s/auth}"))
    headers = await authenticator(server, None, tools.resolve, tools.oauth).headers()
    assert headers == {"authorization": "Basic bWU6cHc="}
