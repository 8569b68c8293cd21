"""Tokens without a person, against scripted authorization servers and an identity provider."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import replace

import pytest

from mcptui.model import OAuth, Server
from mcptui.upstream.errors import UpstreamError
from mcptui.upstream.oauth.errors import LoginNeededError, OAuthError
from mcptui.upstream.oauth.grant import Grant
from mcptui.upstream.oauth.guarded import GuardedHttp
from mcptui.upstream.oauth.unattended import unattended_grant
from tests.support.issuer import ScriptedIssuer
from tests.support.kept_secrets import unresolved
from tests.support.signing import PEM, claims_of
from tests.support.upstream import ScriptedUpstream

ROBOT = OAuth(oauth_flow="client_credentials", oauth_client_id="robot", oauth_client_secret="sk-1")
BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"


@pytest.fixture
async def issuer() -> AsyncIterator[ScriptedIssuer]:
    async with ScriptedIssuer() as server:
        server.secrets["robot"] = "sk-1"
        yield server


@pytest.fixture
async def provider() -> AsyncIterator[ScriptedIssuer]:
    async with ScriptedIssuer() as server:
        server.answer = {"issued_token_type": "urn:ietf:params:oauth:token-type:id-jag"}
        yield server


@pytest.fixture
async def upstream(issuer: ScriptedIssuer) -> AsyncIterator[ScriptedUpstream]:
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(ScriptedUpstream())
        issuer.guard(server)
        yield server


def open_http(url: str, issuer: str | None) -> AbstractAsyncContextManager[GuardedHttp]:
    return GuardedHttp(url, issuer).opened()


async def asked(upstream: ScriptedUpstream, auth: OAuth, wanted_scope: str | None = None) -> Grant:
    return await unattended_grant(
        Server(name="s", url=upstream.url, auth=auth), auth, unresolved, open_http, wanted_scope
    )


@pytest.mark.parametrize(
    ("scopes", "wanted", "scope"), [((), None, "use"), (("a", "b"), None, "a b"), ((), "more", "use more")]
)
async def test_a_client_asks_for_itself(
    upstream: ScriptedUpstream, issuer: ScriptedIssuer, scopes: tuple[str, ...], wanted: str | None, scope: str
) -> None:
    grant = await asked(upstream, replace(ROBOT, oauth_scopes=scopes), wanted)
    assert grant.access_token in issuer.valid
    assert (grant.scope, grant.refresh_token, grant.server_url) == (scope, None, upstream.url)
    (form,) = issuer.asked
    assert (form["grant_type"], form["resource"], form["scope"]) == ("client_credentials", upstream.url, scope)


async def test_a_client_signs_for_itself(upstream: ScriptedUpstream, issuer: ScriptedIssuer) -> None:
    issuer.secrets.clear()
    issuer.keys["robot"] = PEM["ES256"]
    auth = OAuth(oauth_flow="client_credentials", oauth_client_id="robot", oauth_client_key=PEM["ES256"])
    assert (await asked(upstream, auth)).access_token in issuer.valid
    (form,) = issuer.asked
    assert claims_of(form["client_assertion"], PEM["ES256"], "ES256")["aud"] == issuer.url
    assert "client_secret" not in form


async def test_a_refused_client_needs_somebody(upstream: ScriptedUpstream, issuer: ScriptedIssuer) -> None:
    with pytest.raises(LoginNeededError, match="invalid_client"):
        await asked(upstream, replace(ROBOT, oauth_client_secret="sk-2"))
    issuer.answer = {"access_token": ""}
    with pytest.raises(LoginNeededError, match="gave no token"):
        await asked(upstream, ROBOT)
    issuer.answer = {"token_type": "mac"}
    with pytest.raises(LoginNeededError, match="no bearer token"):
        await asked(upstream, ROBOT)


async def test_a_problem_that_may_pass_needs_nobody(upstream: ScriptedUpstream, issuer: ScriptedIssuer) -> None:
    issuer.status = 503
    with pytest.raises(UpstreamError, match="answered 503") as caught:
        await asked(upstream, ROBOT)
    assert not isinstance(caught.value, LoginNeededError)


async def test_a_secret_goes_to_no_other_issuer_than_the_configured_one(
    upstream: ScriptedUpstream, issuer: ScriptedIssuer
) -> None:
    with pytest.raises(OAuthError, match="another authorization server than oauth_issuer"):
        await asked(upstream, replace(ROBOT, oauth_issuer=f"{issuer.url}/other"))
    assert issuer.asked == []


@pytest.mark.parametrize(
    ("auth", "says"),
    [
        (OAuth(oauth_flow="client_credentials"), "oauth_client_id and oauth_client_secret or oauth_client_key"),
        (replace(ROBOT, oauth_client_id=None), "client_credentials needs oauth_client_id$"),
        (replace(ROBOT, oauth_client_secret=None), "needs oauth_client_secret or oauth_client_key$"),
        (
            OAuth(oauth_flow="enterprise_managed", oauth_client_id="robot"),
            "enterprise_managed needs oauth_issuer and oauth_idp_issuer and oauth_idp_client_id and oauth_idp_token",
        ),
    ],
)
async def test_what_is_not_set_is_said_and_nothing_is_asked(
    upstream: ScriptedUpstream, issuer: ScriptedIssuer, auth: OAuth, says: str
) -> None:
    with pytest.raises(LoginNeededError, match=says):
        await asked(upstream, auth)
    assert issuer.asked == []
    assert upstream.seen == []


def managed(issuer: ScriptedIssuer, provider: ScriptedIssuer) -> OAuth:
    return OAuth(
        oauth_flow="enterprise_managed",
        oauth_client_id="robot",
        oauth_client_secret="sk-1",
        oauth_issuer=issuer.url,
        oauth_idp_issuer=provider.url,
        oauth_idp_client_id="gateway",
        oauth_idp_client_secret="sk-idp",
        oauth_idp_token="id-token-of-me",
    )


async def test_an_identity_provider_vouches_for_a_person(
    upstream: ScriptedUpstream, issuer: ScriptedIssuer, provider: ScriptedIssuer
) -> None:
    provider.secrets["gateway"] = "sk-idp"
    grant = await asked(upstream, managed(issuer, provider))
    assert grant.access_token in issuer.valid
    (exchange,), (bearer,) = provider.asked, issuer.asked
    assert exchange == {
        "grant_type": EXCHANGE,
        "requested_token_type": "urn:ietf:params:oauth:token-type:id-jag",
        "subject_token": "id-token-of-me",
        "subject_token_type": "urn:ietf:params:oauth:token-type:id_token",
        "audience": issuer.url,
        "resource": upstream.url,
        "scope": "use",
        "client_id": "gateway",
        "client_secret": "sk-idp",
    }
    assert bearer["grant_type"] == BEARER
    assert bearer["assertion"] in provider.valid
    # Each of the two sees its own client only, and the person's token goes to the provider alone.
    assert (bearer["client_id"], bearer["client_secret"]) == ("robot", "sk-1")
    assert "id-token-of-me" not in str(bearer)


async def test_a_refused_person_needs_somebody(
    upstream: ScriptedUpstream, issuer: ScriptedIssuer, provider: ScriptedIssuer
) -> None:
    provider.secrets["gateway"] = "another"
    with pytest.raises(LoginNeededError, match="invalid_client"):
        await asked(upstream, managed(issuer, provider))
    provider.secrets["gateway"] = "sk-idp"
    provider.answer = {"issued_token_type": "urn:ietf:params:oauth:token-type:access_token"}
    with pytest.raises(LoginNeededError, match="another token than an identity assertion"):
        await asked(upstream, managed(issuer, provider))
    assert issuer.asked == []


async def test_no_assertion_goes_where_the_server_would_like_it(
    upstream: ScriptedUpstream, issuer: ScriptedIssuer, provider: ScriptedIssuer
) -> None:
    auth = replace(managed(issuer, provider), oauth_issuer=provider.url)
    with pytest.raises(OAuthError, match="another authorization server than oauth_issuer"):
        await asked(upstream, auth)
    assert provider.asked == issuer.asked == []
