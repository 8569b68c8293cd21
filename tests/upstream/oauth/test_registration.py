"""Who the gateway is to an authorization server."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, cast

import pytest

from mcptui.errors import McptuiError
from mcptui.model import OAuth
from mcptui.upstream.errors import UpstreamError
from mcptui.upstream.oauth.errors import OAuthError
from mcptui.upstream.oauth.grant import Client
from mcptui.upstream.oauth.guarded import Answer, GuardedHttp
from mcptui.upstream.oauth.issuer import Issuer
from mcptui.upstream.oauth.registration import configured_client, register
from tests.support.kept_secrets import unresolved
from tests.support.signing import PEM

BACK = "http://127.0.0.1:1/callback"
ISSUER = Issuer(
    issuer="https://login.example",
    authorization_endpoint="https://login.example/authorize",
    token_endpoint="https://login.example/token",
    registration_endpoint="https://login.example/register",
    revocation_endpoint=None,
    scopes=(),
    auth_methods=("client_secret_post", "none"),
    signatures=("ES256",),
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
    return await register(cast("GuardedHttp", http), ISSUER, (BACK,), scope), http


async def configured(auth: OAuth, issuer: Issuer = ISSUER) -> Client | None:
    return await configured_client(auth, unresolved, issuer, BACK)


async def test_nothing_is_configured() -> None:
    assert await configured(OAuth()) is None


async def test_a_configured_client_authenticates_as_the_issuer_can() -> None:
    public = await configured(OAuth(oauth_client_id="mine"))
    assert public == Client(id="mine", auth_method="none", redirect_uri=BACK, origin="configured")
    auth = OAuth(oauth_client_id="mine", oauth_client_secret="sk-1")
    assert await configured(auth) == Client(
        id="mine", secret="sk-1", auth_method="client_secret_post", redirect_uri=BACK, origin="configured"
    )
    unsaid = await configured(auth, replace(ISSUER, auth_methods=()))
    assert unsaid is not None
    assert unsaid.auth_method == "client_secret_basic"


async def test_a_client_with_a_key_signs() -> None:
    auth = OAuth(oauth_client_id="mine", oauth_client_secret="sk-1", oauth_client_key=PEM["ES256"])
    assert await configured(auth) == Client(
        id="mine",
        key=PEM["ES256"],
        signature="ES256",
        auth_method="private_key_jwt",
        redirect_uri=BACK,
        origin="configured",
    )
    with pytest.raises(McptuiError, match="holds no private key"):
        await configured(OAuth(oauth_client_id="mine", oauth_client_key="sk-1"))


async def test_a_document_about_the_client_is_named_only_where_the_issuer_takes_such() -> None:
    url = "https://me.example/client.json"
    takes = replace(ISSUER, takes_client_urls=True)
    assert await configured(OAuth(oauth_client_metadata_url=url)) is None
    found = await configured(OAuth(oauth_client_metadata_url=url, oauth_client_secret="sk-1"), takes)
    assert found == Client(id=url, redirect_uri=BACK, origin="url")
    signing = await configured(OAuth(oauth_client_metadata_url=url, oauth_client_key=PEM["ES256"]), takes)
    assert signing is not None
    assert signing.auth_method == "private_key_jwt"


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


@pytest.mark.parametrize("method", ["none", "client_secret_basic", "client_secret_post", None])
async def test_without_a_secret_the_client_is_a_public_one(method: str | None) -> None:
    client, _ = await registered({"client_id": "c1", "token_endpoint_auth_method": method})
    assert (client.secret, client.auth_method) == (None, "none")


@pytest.mark.parametrize("method", ["private_key_jwt", "tls_client_auth"])
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
        await register(cast("GuardedHttp", None), replace(ISSUER, registration_endpoint=None), (BACK,), None)


LOCALHOST = "http://localhost:1/callback"


class Particular:
    """Stands for the guarded HTTP: takes only localhost as a redirect address; remembers what was wanted."""

    def __init__(self, status: int, error: str) -> None:
        self.wanted: list[str] = []
        self._refusal = Answer(status, {}, json.dumps({"error": error}).encode())

    async def post(self, url: str, what: str, *, json_body: dict[str, Any]) -> Answer:
        self.wanted += json_body["redirect_uris"]
        if json_body["redirect_uris"] == [LOCALHOST]:
            return Answer(201, {}, b'{"client_id": "c1"}')
        return self._refusal


@pytest.mark.parametrize(
    ("status", "error"),
    [(400, "invalid_redirect_uri"), (400, "invalid_client_metadata"), (400, ""), (422, "validation_error")],
)
async def test_localhost_is_tried_where_its_address_is_refused(status: int, error: str) -> None:
    http = Particular(status, error)
    client = await register(cast("GuardedHttp", http), ISSUER, (BACK, LOCALHOST), None)
    assert client.redirect_uri == LOCALHOST
    assert http.wanted == [BACK, LOCALHOST]
    assert (await register(cast("GuardedHttp", http), ISSUER, (LOCALHOST, BACK), None)).redirect_uri == LOCALHOST
    assert http.wanted == [BACK, LOCALHOST, LOCALHOST]


@pytest.mark.parametrize("status", [401, 403, 404, 429, 500, 503])
async def test_what_is_not_about_the_address_is_not_tried_again(status: int) -> None:
    http = Particular(status, "no")
    with pytest.raises(UpstreamError) as caught:
        await register(cast("GuardedHttp", http), ISSUER, (BACK, LOCALHOST), None)
    assert isinstance(caught.value, OAuthError) is (status not in (429, 500, 503))
    assert http.wanted == [BACK]


@pytest.mark.parametrize("status", [404, 405])
async def test_a_server_that_has_nothing_to_do_with_oauth(status: int) -> None:
    issuer = replace(ISSUER, is_described=False)
    with pytest.raises(OAuthError, match="publishes nothing about an authorization server") as caught:
        await register(cast("GuardedHttp", Scripted(status, {})), issuer, (BACK,), None)
    assert "auth_type" in (caught.value.hint or "")
