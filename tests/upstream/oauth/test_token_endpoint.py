"""What answers of token and revocation endpoints mean."""

from __future__ import annotations

import base64
import json
from typing import Any, cast

import pytest

from mcptui.upstream.errors import UpstreamError
from mcptui.upstream.oauth.errors import OAuthError, TokenRefusedError
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
    return await request_token(cast("GuardedHttp", http), "https://login.example", URL, client, {"grant_type": "x"})


async def test_a_token_is_asked_for_as_the_client() -> None:
    http = Scripted(answer={"access_token": "a"})
    assert await requested(http, Client(id="c")) == {"access_token": "a"}
    assert http.sent == [(URL, {"grant_type": "x", "client_id": "c"}, {})]


#: Answers that are the last word about a refresh, a code, a client: what it is that was refused does not matter.
REFUSALS: list[tuple[int, dict[str, Any], str]] = [
    (400, {"error": "invalid_grant"}, "refused: invalid_grant"),
    (401, {"error": "invalid_client"}, "refused: invalid_client"),
    (400, {"error": "unauthorized_client"}, "refused: unauthorized_client"),
    (401, {"error": "invalid_token"}, "refused: invalid_token"),
    (400, {"error": "unsupported_grant_type"}, "refused: unsupported_grant_type"),
    (400, {"error": "x", "error_description": "two\nlines"}, r"refused: x \(two lines\)"),
    (400, {"error": {"code": 7}}, "refused: "),
    (200, {"error": "bad_refresh_token"}, "refused: bad_refresh_token"),
    (200, {"ok": False, "error": "token_expired"}, "refused: token_expired"),
    (200, {"ok": False}, "gave no token"),
    (200, {}, "gave no token"),
    (200, {"access_token": ""}, "gave no token"),
    (200, {"access_token": None, "token_type": "bearer"}, "gave no token"),
    (404, {}, "refused: status 404"),
    (401, {}, "refused: status 401"),
    (403, {}, "refused: status 403"),
    (410, {}, "refused: status 410"),
]
PROBLEMS: list[tuple[int, dict[str, Any], str]] = [
    (500, {"error": "invalid_grant"}, "answered 500"),
    (502, {}, "answered 502"),
    (503, {"error": "temporarily_unavailable"}, "answered 503"),
    (429, {"error": "invalid_grant"}, "answered 429"),
    (408, {}, "answered 408"),
    (400, {"error": "temporarily_unavailable"}, "answered temporarily_unavailable"),
    (400, {"error": "server_error"}, "answered server_error"),
    (400, {"error": "slow_down"}, "answered slow_down"),
]


@pytest.mark.parametrize(
    ("status", "answer", "kind", "says"),
    [
        *((status, answer, TokenRefusedError, says) for status, answer, says in REFUSALS),
        *((status, answer, UpstreamError, says) for status, answer, says in PROBLEMS),
    ],
)
async def test_a_refusal_is_told_apart_from_a_problem_that_may_pass(
    status: int, answer: dict[str, Any], kind: type[UpstreamError], says: str
) -> None:
    with pytest.raises(kind, match=says) as caught:
        await requested(Scripted(status, answer), Client(id="c"))
    assert type(caught.value) is kind


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
async def test_what_was_sent_is_not_told_where_it_is_repeated(method: str) -> None:
    """Not even a secret that nobody knows yet: of a client that was registered a moment ago, or a code."""

    class Repeats(Scripted):
        async def post(self, url: str, what: str, *, form: dict[str, str], headers: dict[str, str]) -> Answer:
            said = f"{client.secret} {form} {headers} {'long ' * 30}".replace("'", "")
            return Answer(400, {}, json.dumps({"error": f"no {form['code']}", "error_description": said}).encode())

    client = Client(id="our-client-id", secret="canary-secret", auth_method=method)
    parameters = {"grant_type": "authorization_code", "code": "canary-code", "code_verifier": "canary-verifier"}
    http = cast("GuardedHttp", Repeats())
    with pytest.raises(TokenRefusedError) as caught:
        await request_token(http, "https://login.example", URL, client, parameters)
    assert "canary" not in caught.value.message
    assert base64.b64encode(b"our-client-id:canary-secret").decode() not in caught.value.message
    assert "authorization_code" in caught.value.message
    assert "our-client-id" in caught.value.message


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
