"""How a client shows who it is, and what answers of token and revocation endpoints mean."""

from __future__ import annotations

import base64
import json
from typing import Any, cast

import pytest

from mcptui.upstream.errors import UpstreamError
from mcptui.upstream.oauth.errors import LoginNeededError, OAuthError
from mcptui.upstream.oauth.grant import Client, Grant
from mcptui.upstream.oauth.guarded import Answer, GuardedHttp
from mcptui.upstream.oauth.token_endpoint import request_token, revoke

URL = "https://login.example/token"


class Scripted:
    """Stands for the guarded HTTP: answers every form, and remembers it."""

    def __init__(self, status: int = 200, answer: dict[str, Any] | None = None) -> None:
        self.sent: list[tuple[str, dict[str, str], dict[str, str]]] = []
        self._answer = Answer(status, {}, json.dumps(answer or {}).encode())

    async def post(self, url: str, what: str, *, form: dict[str, str], headers: dict[str, str]) -> Answer:
        assert what
        self.sent.append((url, form, headers))
        return self._answer


async def requested(http: Scripted, client: Client) -> dict[str, Any]:
    return await request_token(cast("GuardedHttp", http), URL, client, {"grant_type": "x"})


async def test_a_public_client_names_itself() -> None:
    http = Scripted(answer={"access_token": "a"})
    assert await requested(http, Client(id="c")) == {"access_token": "a"}
    assert http.sent == [(URL, {"grant_type": "x", "client_id": "c"}, {})]


@pytest.mark.parametrize("method", ["none", "client_secret_post"])
async def test_a_secret_goes_into_the_form_only_by_that_method(method: str) -> None:
    http = Scripted()
    await requested(http, Client(id="c", secret="sk-1", auth_method=method))
    ((_, form, headers),) = http.sent
    assert ("client_secret" in form) is (method == "client_secret_post")
    assert headers == {}


async def test_a_secret_goes_into_a_header_quoted() -> None:
    http = Scripted()
    await requested(http, Client(id="a:b", secret="sk/1 ü", auth_method="client_secret_basic"))
    ((_, form, headers),) = http.sent
    assert form == {"grant_type": "x", "client_id": "a:b"}
    pair = base64.b64decode(headers["authorization"].removeprefix("Basic ")).decode()
    assert pair == "a%3Ab:sk%2F1%20%C3%BC"


@pytest.mark.parametrize(
    ("status", "answer", "kind", "says"),
    [
        (400, {"error": "invalid_grant"}, LoginNeededError, "the login is not valid any more: invalid_grant"),
        (400, {"error": "invalid_client"}, OAuthError, "refused: invalid_client"),
        (400, {"error": "x", "error_description": "two\nlines"}, OAuthError, r"refused: x \(two lines\)"),
        (200, {"error": "odd"}, OAuthError, "refused: odd"),
        (404, {}, OAuthError, "refused: status 404"),
        (500, {"error": "invalid_grant"}, UpstreamError, "answered 500"),
        (429, {"error": "invalid_grant"}, UpstreamError, "answered 429"),
    ],
)
async def test_a_refusal_is_told_apart_from_a_problem(
    status: int, answer: dict[str, Any], kind: type[UpstreamError], says: str
) -> None:
    with pytest.raises(kind, match=says) as caught:
        await requested(Scripted(status, answer), Client(id="c"))
    assert type(caught.value) is kind


def grant(endpoint: str | None, refresh_token: str | None = "r") -> Grant:
    return Grant(
        server_url="https://mcp.example/",
        issuer="https://login.example",
        token_endpoint=URL,
        revocation_endpoint=endpoint,
        resource="https://mcp.example/",
        client=Client(id="c"),
        access_token="a",
        refresh_token=refresh_token,
    )


async def test_both_tokens_are_revoked_the_refresh_token_first() -> None:
    http = Scripted()
    await revoke(cast("GuardedHttp", http), grant("https://login.example/revoke"))
    assert [(form["token"], form["token_type_hint"]) for _, form, _ in http.sent] == [
        ("r", "refresh_token"),
        ("a", "access_token"),
    ]
    http = Scripted()
    await revoke(cast("GuardedHttp", http), grant("https://login.example/revoke", refresh_token=None))
    assert [form["token"] for _, form, _ in http.sent] == ["a"]


async def test_nothing_is_revoked_where_nobody_takes_it() -> None:
    http = Scripted()
    await revoke(cast("GuardedHttp", http), grant(None))
    assert http.sent == []


async def test_a_revocation_that_fails_is_said() -> None:
    with pytest.raises(OAuthError, match=r"https://login\.example/revoke answered 400"):
        await revoke(cast("GuardedHttp", Scripted(400)), grant("https://login.example/revoke"))
