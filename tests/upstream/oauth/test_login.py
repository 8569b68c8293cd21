"""A login from the URL to the tokens, against a scripted authorization server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from mcptui.errors import RefusedError
from mcptui.model import Auth, OAuth, Server
from mcptui.model.auth import NoAuth
from mcptui.secrets.known import KnownSecrets
from mcptui.stores.locks import MemoryLocks
from mcptui.upstream.network import Networks
from mcptui.upstream.oauth import login as module
from mcptui.upstream.oauth.errors import OAuthError
from mcptui.upstream.oauth.login import Login, begin_login
from mcptui.upstream.oauth.session import OAuthSession
from tests.support.issuer import ScriptedIssuer
from tests.support.kept_secrets import KeptSecrets, unresolved
from tests.support.upstream import ScriptedUpstream


@pytest.fixture
async def issuer() -> AsyncIterator[ScriptedIssuer]:
    async with ScriptedIssuer() as server:
        yield server


@pytest.fixture
async def upstream(issuer: ScriptedIssuer) -> AsyncIterator[ScriptedUpstream]:
    async with ScriptedUpstream() as server:
        issuer.guard(server)
        yield server


Made = Callable[[Auth], OAuthSession]


@pytest.fixture
def made(upstream: ScriptedUpstream) -> Made:
    """Makes sessions that share a secret store."""
    kept = KeptSecrets()

    def make(auth: Auth) -> OAuthSession:
        return OAuthSession(
            Server(name="s", url=upstream.url, auth=auth),
            None,
            kept,
            unresolved,
            MemoryLocks(),
            Networks({}),
            KnownSecrets(),
        )

    return make


@pytest.fixture
def session(made: Made) -> OAuthSession:
    return made(OAuth())


def query(login: Login) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(login.url).query).items()}


async def test_a_login_leaves_a_grant_and_no_wish_for_more(session: OAuthSession, issuer: ScriptedIssuer) -> None:
    session.wanted_scope = "admin"
    async with begin_login(session, unresolved) as login:
        asked = query(login)
        assert (asked["scope"], asked["code_challenge_method"], asked["response_type"]) == ("use admin", "S256", "code")
        _, grant = await asyncio.gather(issuer.log_in(login.url), login.finish())
    assert await session.grant() == grant
    assert grant.scope == "use admin"
    # What was lacking is granted; the next login asks for no more than the server names.
    assert not session.wanted_scope
    async with begin_login(session, unresolved) as login:
        assert query(login)["scope"] == "use"


async def test_every_login_has_a_state_and_a_verifier_of_its_own(session: OAuthSession) -> None:
    async with begin_login(session, unresolved) as one, begin_login(session, unresolved) as two:
        first, second = query(one), query(two)
    assert first["state"] != second["state"]
    assert first["code_challenge"] != second["code_challenge"]


async def test_consent_is_asked_for_where_a_refresh_token_is_wanted(
    session: OAuthSession, issuer: ScriptedIssuer
) -> None:
    issuer.metadata = {"scopes_supported": ["use", "offline_access"]}
    async with begin_login(session, unresolved) as login:
        asked = query(login)
    assert (asked["scope"], asked["prompt"]) == ("use offline_access", "consent")


async def test_a_pasted_url_is_as_good_and_a_wrong_one_changes_nothing(
    session: OAuthSession, issuer: ScriptedIssuer
) -> None:
    async with begin_login(session, unresolved) as login:
        finish = asyncio.ensure_future(login.finish())
        for wrong in ("", "http://[", f"{login.redirect_uri}?state=x", f"{login.redirect_uri}?code=1&state=other"):
            with pytest.raises(RefusedError):
                login.paste(wrong)
        state = query(login)["state"]
        with pytest.raises(RefusedError):
            login.paste(f"{login.redirect_uri}?code=1&state={state}&state={state}")
        # The redirect of another login comes to the port first, as any program on this machine can send one.
        await issuer.log_in(login.url.replace(state, "forged"))
        assert not finish.done()
        await issuer.log_in(login.url)
        assert (await finish).access_token in issuer.valid


@pytest.mark.parametrize(
    ("redirect", "says"),
    [
        ({"iss": None}, "iss is missing"),
        ({"iss": "https://other.example"}, "another authorization server"),
        ({"code": None, "error": "access_denied"}, "the login was refused: access_denied"),
        ({"error": "x", "error_description": "not\nyou"}, "the login was refused: not you"),
        ({"code": "forged"}, "the login was not completed"),
    ],
)
async def test_an_answer_that_is_not_to_be_trusted_leaves_nothing(
    session: OAuthSession, issuer: ScriptedIssuer, redirect: dict[str, Any], says: str
) -> None:
    issuer.redirect = redirect
    async with begin_login(session, unresolved) as login:
        finish = asyncio.ensure_future(login.finish())
        await issuer.log_in(login.url)
        with pytest.raises(OAuthError, match=says):
            await finish
    assert await session.grant() is None
    assert [form for form in issuer.asked if form["code"] != "forged"] == []


async def test_an_issuer_that_did_not_promise_iss_may_leave_it_out(
    session: OAuthSession, issuer: ScriptedIssuer
) -> None:
    issuer.metadata = {"authorization_response_iss_parameter_supported": None}
    issuer.redirect = {"iss": None}
    async with begin_login(session, unresolved) as login:
        _, grant = await asyncio.gather(issuer.log_in(login.url), login.finish())
    assert grant.access_token in issuer.valid


async def test_nobody_comes(session: OAuthSession, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.0)
    async with begin_login(session, unresolved) as login:
        with pytest.raises(OAuthError, match="no login within"):
            await login.finish()


async def test_a_secret_of_the_client_is_not_shown_to_another_issuer(
    made: Made, issuer: ScriptedIssuer, upstream: ScriptedUpstream
) -> None:
    issuer.secrets["mine"] = "sk-1"
    session = made(OAuth(oauth_client_id="mine", oauth_client_secret="sk-1"))
    async with begin_login(session, unresolved) as login:
        await asyncio.gather(issuer.log_in(login.url), login.finish())
    async with ScriptedIssuer() as other:
        other.guard(upstream)
        with pytest.raises(OAuthError, match="names another authorization server than at the last login"):
            async with begin_login(session, unresolved):
                pass
        wanted = made(OAuth(oauth_client_id="mine", oauth_client_secret="sk-1", oauth_issuer=other.url))
        async with begin_login(wanted, unresolved) as login:
            assert login.url.startswith(other.url)


@pytest.mark.parametrize(
    ("auth", "says"), [(NoAuth(), "has no login"), (OAuth(oauth_flow="client_credentials"), "needs no login")]
)
async def test_a_server_without_login_is_refused(made: Made, auth: Auth, says: str) -> None:
    with pytest.raises(RefusedError, match=says):
        async with begin_login(made(auth), unresolved):
            pass


async def test_a_port_that_is_taken_is_named(made: Made, session: OAuthSession) -> None:
    async with begin_login(session, unresolved) as first:
        port = urlsplit(first.redirect_uri).port
        with pytest.raises(RefusedError, match=f"port {port}"):
            async with begin_login(made(OAuth(oauth_redirect_port=port)), unresolved):
                pass


async def test_an_issuer_that_knows_localhost_only_sends_the_browser_there(
    session: OAuthSession, issuer: ScriptedIssuer
) -> None:
    issuer.hosts = ("localhost",)
    async with begin_login(session, unresolved) as login:
        assert urlsplit(login.redirect_uri).hostname == "localhost"
        _, grant = await asyncio.gather(issuer.log_in(login.url), login.finish())
    assert grant.client.redirect_uri == login.redirect_uri
    assert len(issuer.registered) == 1


async def test_a_configured_redirect_address_is_used_as_it_is(made: Made, issuer: ScriptedIssuer) -> None:
    async with begin_login(made(OAuth(oauth_redirect_uri="http://localhost/back")), unresolved) as login:
        parts = urlsplit(login.redirect_uri)
        assert (parts.hostname, parts.path) == ("localhost", "/back")
        _, grant = await asyncio.gather(issuer.log_in(login.url), login.finish())
    assert grant.access_token in issuer.valid
    issuer.hosts = ("me.example",)
    session = made(OAuth(oauth_redirect_uri="https://me.example/back"))
    async with begin_login(session, unresolved) as login:
        assert query(login)["redirect_uri"] == "https://me.example/back"
        finish = asyncio.ensure_future(login.finish())
        login.paste(await issuer.sent_to(login.url))
        assert (await finish).access_token in issuer.valid


@pytest.mark.parametrize("methods", [None, [], ["plain"]])
async def test_pkce_is_sent_also_where_nobody_offers_it(
    made: Made, session: OAuthSession, issuer: ScriptedIssuer, methods: list[str] | None
) -> None:
    issuer.metadata = {"code_challenge_methods_supported": methods}
    async with begin_login(session, unresolved) as login:
        assert query(login)["code_challenge_method"] == "S256"
        assert "PKCE" in login.remarks[0]
        _, grant = await asyncio.gather(issuer.log_in(login.url), login.finish())
    assert grant.access_token in issuer.valid
    with pytest.raises(OAuthError, match="does not offer PKCE") as caught:
        async with begin_login(made(OAuth(oauth_require_pkce=True)), unresolved):
            pass
    assert "oauth_require_pkce" in (caught.value.hint or "")


async def test_a_server_of_2025_03_26_without_any_metadata(session: OAuthSession, upstream: ScriptedUpstream) -> None:
    """Its own origin is its authorization server, with the default endpoints."""
    async with ScriptedIssuer() as own:
        own.redirect = {"iss": None}
        own.guard_alone(upstream)
        async with begin_login(session, unresolved) as login:
            assert "default endpoints" in login.remarks[0]
            _, grant = await asyncio.gather(own.log_in(login.url), login.finish())
    assert grant.access_token in own.valid
    assert grant.revocation_endpoint is None
