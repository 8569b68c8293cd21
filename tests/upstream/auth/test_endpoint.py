"""Requests with a credential that changes: what goes out, what is sent again, what is let go."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import pytest

from mcptui.errors import McptuiError
from mcptui.model import Server
from mcptui.model.auth import NoAuth
from mcptui.secrets.errors import SecretError
from mcptui.stores.locks import MemoryLocks
from mcptui.upstream.auth.authenticator import Authenticator, SignIn
from mcptui.upstream.auth.endpoint import AuthenticatedEndpoint
from mcptui.upstream.errors import UpstreamError, UpstreamLoginError
from mcptui.upstream.network import Networks
from mcptui.upstream.oauth.errors import LoginNeededError
from mcptui.upstream.oauth.session import OAuthSessions
from mcptui.upstream.wire.address import Address
from mcptui.upstream.wire.client import HttpClient
from mcptui.upstream.wire.connection import Connection
from mcptui.upstream.wire.response import Response
from tests.support.kept_secrets import KeptSecrets

URL = "https://s.example/mcp"


class Fate:
    """The connection of a response: what became of it."""

    def __init__(self) -> None:
        self.was_released = False
        self.was_closed = False

    def release(self) -> None:
        self.was_released = True

    def close(self) -> None:
        self.was_closed = True


class Client:
    """Answers with these statuses in turn, and keeps the headers of every request."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = list(statuses)
        self.sent: list[tuple[str, dict[str, str]]] = []
        self.fates: list[Fate] = []

    async def send(self, address: Address, head: bytes, body: bytes = b"") -> Response:
        first, *lines = head.decode().split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines if line)
        self.sent.append((f"{address.origin.host} {first.partition(' ')[0]}", headers))
        self.fates.append(Fate())
        challenge = {"www-authenticate": f"Bearer challenge={len(self.sent)}"}
        response = Response(cast("Connection", self.fates[-1]), self.statuses.pop(0), challenge)
        response.finish()
        return response

    def shown(self) -> list[str | None]:
        return [headers.get("authorization") for _, headers in self.sent]


class Tokens(Authenticator[NoAuth]):
    """t1, and the next one after each refusal; or errors instead."""

    number = 1
    error: McptuiError | None = None
    again: bool | McptuiError = True
    advice: str | None = None
    told: tuple[Any, ...] = ()

    def shown(self, value: str) -> dict[str, str]:
        raise NotImplementedError

    async def headers(self) -> Mapping[str, str]:
        if self.error is not None:
            raise self.error
        return {"authorization": f"t{self.number}"}

    async def refused(self, sent: Mapping[str, str], status: int, challenge: str) -> bool:
        self.told = (dict(sent), status, challenge)
        if isinstance(self.again, McptuiError):
            raise self.again
        self.number += 1
        return self.again

    @property
    def hint(self) -> str | None:
        return self.advice


@pytest.fixture
def tokens(kept: KeptSecrets) -> Tokens:
    async def resolve(text: str) -> str:
        raise NotImplementedError

    server = Server(name="s", url=URL)
    return Tokens(
        SignIn(server, URL, NoAuth(), None, resolve, OAuthSessions(kept, resolve, MemoryLocks(), Networks({})))
    )


def endpoint(client: Client, tokens: Tokens, **headers: str) -> AuthenticatedEndpoint:
    return AuthenticatedEndpoint(cast("HttpClient", client), URL, headers, tokens)


async def test_every_request_shows_the_current_credential(tokens: Tokens) -> None:
    client = Client(200, 200, 200)
    way = endpoint(client, tokens, **{"x-own": "1"})
    await way.post(b"{}", {})
    tokens.number = 2
    await way.get({})
    await way.delete({})
    assert client.shown() == ["t1", "t2", "t2"]
    assert [what for what, _ in client.sent] == ["s.example POST", "s.example GET", "s.example DELETE"]
    assert {headers["x-own"] for _, headers in client.sent} == {"1"}


async def test_what_the_protocol_says_wins(tokens: Tokens) -> None:
    client = Client(200, 200)
    way = endpoint(client, tokens, authorization="configured")
    await way.post(b"{}", {"authorization": "of the call", "mcp-session-id": "1"})
    await way.post(b"{}", {})
    assert client.shown() == ["of the call", "t1"]
    assert client.sent[0][1]["mcp-session-id"] == "1"


async def test_another_address_is_signed_in_to_alike(tokens: Tokens) -> None:
    client = Client(401, 200)
    await endpoint(client, tokens, **{"x-own": "1"}).at("https://other.example/sse").get({})
    assert [(what, headers["x-own"]) for what, headers in client.sent] == [("other.example GET", "1")] * 2
    assert client.shown() == ["t1", "t2"]


@pytest.mark.parametrize("status", [401, 403])
async def test_a_refused_request_is_sent_once_more(tokens: Tokens, status: int) -> None:
    client = Client(status, 200)
    response = await endpoint(client, tokens).post(b"{}", {"x": "1"})
    assert response.status == 200
    assert client.shown() == ["t1", "t2"]
    assert tokens.told == ({"authorization": "t1"}, status, "Bearer challenge=1")
    # The refusal is read to its end, so its connection serves on; the answer is the caller's.
    assert [(fate.was_released, fate.was_closed) for fate in client.fates] == [(True, False), (False, False)]


async def test_a_second_refusal_is_the_answer(tokens: Tokens) -> None:
    client = Client(401, 401)
    assert (await endpoint(client, tokens).get({})).status == 401
    assert client.shown() == ["t1", "t2"]


async def test_where_nothing_is_gained_the_refusal_is_the_answer(tokens: Tokens) -> None:
    tokens.again = False
    client = Client(403)
    assert (await endpoint(client, tokens).post(b"{}", {})).status == 403
    assert not client.fates[0].was_closed


@pytest.mark.parametrize("status", [200, 202, 400, 404, 429, 500])
async def test_other_answers_are_no_question_of_the_credential(tokens: Tokens, status: int) -> None:
    client = Client(status)
    assert (await endpoint(client, tokens).post(b"{}", {})).status == status
    assert tokens.told == ()


async def test_an_error_on_the_way_to_another_credential_leaves_no_connection(tokens: Tokens) -> None:
    tokens.again = LoginNeededError("log in")
    client = Client(401)
    with pytest.raises(LoginNeededError):
        await endpoint(client, tokens).get({})
    assert client.fates[0].was_closed


@pytest.mark.parametrize(
    "error",
    [LoginNeededError("log in"), UpstreamError("away"), SecretError("the vault is locked"), McptuiError("other")],
)
async def test_a_session_that_is_given_up_needs_no_credential(tokens: Tokens, error: McptuiError) -> None:
    tokens.error = error
    client = Client()
    await endpoint(client, tokens).delete({})
    assert client.sent == []
    for send in (endpoint(client, tokens).get({}), endpoint(client, tokens).post(b"{}", {})):
        with pytest.raises(type(error)):
            await send


@pytest.mark.parametrize("status", [401, 403])
def test_the_hint_of_a_refusal_is_that_of_the_kind(tokens: Tokens, status: int) -> None:
    way = endpoint(Client(), tokens)
    usual = way.refusal(status).hint
    assert usual is not None
    tokens.advice = "Log in."
    refusal = way.refusal(status)
    assert isinstance(refusal, UpstreamLoginError)
    assert (refusal.hint, refusal.status) == ("Log in.", status)
    assert way.refusal(404).hint != "Log in."
