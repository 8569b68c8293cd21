"""Who the gateway is to an authorization server."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, cast

import pytest

from mcptui.model import OAuth
from mcptui.upstream.oauth.errors import OAuthError
from mcptui.upstream.oauth.grant import Client
from mcptui.upstream.oauth.guarded import Answer, GuardedHttp
from mcptui.upstream.oauth.metadata import Issuer
from mcptui.upstream.oauth.registration import configured_client, register

BACK = "http://127.0.0.1:1/callback"
ISSUER = Issuer(
    issuer="https://login.example",
    authorization_endpoint="https://login.example/authorize",
    token_endpoint="https://login.example/token",
    registration_endpoint="https://login.example/register",
    revocation_endpoint=None,
    scopes=(),
    auth_methods=("client_secret_post", "none"),
    pkce=True,
    sends_iss=False,
    takes_client_urls=False,
)


class Scripted:
    """Stands for the guarded HTTP: answers a registration, and remembers it."""

    def __init__(self, status: int, answer: dict[str, Any]) -> None:
        self.wanted: dict[str, Any] = {}
        self._answer = Answer(status, {}, json.dumps(answer).encode())

    async def post(self, url: str, what: str, *, json_body: dict[str, Any]) -> Answer:
        assert url == ISSUER.registration_endpoint
        assert what
        self.wanted = json_body
        return self._answer


async def registered(answer: dict[str, Any], status: int = 201, scope: str | None = None) -> tuple[Client, Scripted]:
    http = Scripted(status, answer)
    return await register(cast("GuardedHttp", http), ISSUER, BACK, scope), http


def test_nothing_is_configured() -> None:
    assert configured_client(OAuth(), None, ISSUER, BACK) is None


def test_a_configured_client_authenticates_as_the_issuer_can() -> None:
    auth = OAuth(oauth_client_id="mine")
    public = configured_client(auth, None, ISSUER, BACK)
    assert public == Client(id="mine", auth_method="none", redirect_uri=BACK, origin="configured")
    post = configured_client(auth, "sk-1", ISSUER, BACK)
    assert post == Client(
        id="mine", secret="sk-1", auth_method="client_secret_post", redirect_uri=BACK, origin="configured"
    )
    unsaid = configured_client(auth, "sk-1", replace(ISSUER, auth_methods=()), BACK)
    assert unsaid is not None
    assert unsaid.auth_method == "client_secret_basic"


def test_a_document_about_the_client_is_named_only_where_the_issuer_takes_such() -> None:
    auth = OAuth(oauth_client_metadata_url="https://me.example/client.json")
    assert configured_client(auth, None, ISSUER, BACK) is None
    found = configured_client(auth, None, replace(ISSUER, takes_client_urls=True), BACK)
    assert found == Client(id="https://me.example/client.json", redirect_uri=BACK, origin="url")


async def test_a_registration_asks_for_a_public_native_client() -> None:
    client, http = await registered({"client_id": "c1"})
    assert client == Client(id="c1", redirect_uri=BACK)
    assert http.wanted == {
        "client_name": "mcptui gateway",
        "redirect_uris": [BACK],
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "application_type": "native",
        "token_endpoint_auth_method": "none",
    }
    _, http = await registered({"client_id": "c1"}, status=200, scope="use more")
    assert http.wanted["scope"] == "use more"


async def test_a_secret_that_is_given_is_used() -> None:
    client, _ = await registered({"client_id": "c1", "client_secret": "sk-1"})
    assert (client.secret, client.auth_method) == ("sk-1", "client_secret_basic")
    client, _ = await registered(
        {"client_id": "c1", "client_secret": "sk-1", "token_endpoint_auth_method": "client_secret_post"}
    )
    assert client.auth_method == "client_secret_post"


@pytest.mark.parametrize("method", ["private_key_jwt", "client_secret_basic"])
async def test_what_this_client_cannot_do_is_refused(method: str) -> None:
    with pytest.raises(OAuthError, match=method):
        await registered({"client_id": "c1", "token_endpoint_auth_method": method})


@pytest.mark.parametrize(
    ("status", "answer", "says"),
    [
        (400, {"error": "invalid_redirect_uri"}, "invalid_redirect_uri"),
        (400, {"error": "x", "error_description": "not\nhere"}, "not here"),
        (201, {}, "201"),
        (201, {"client_id": 7}, "201"),
        (403, {"client_id": "c1"}, "403"),
    ],
)
async def test_a_refusal_says_why(status: int, answer: dict[str, Any], says: str) -> None:
    with pytest.raises(OAuthError, match=f"refused the registration: {says}") as caught:
        await registered(answer, status)
    assert "oauth_client_id" in (caught.value.hint or "")


async def test_an_issuer_without_registrations() -> None:
    with pytest.raises(OAuthError, match="takes no registrations"):
        await register(cast("GuardedHttp", None), replace(ISSUER, registration_endpoint=None), BACK, None)
