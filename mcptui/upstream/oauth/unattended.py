"""Tokens that nobody has to log in for: client credentials, and what an identity provider says of a person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from mcptui.model import OAuth, Server
from mcptui.upstream.oauth.challenge import union
from mcptui.upstream.oauth.errors import LoginNeededError, TokenRefusedError
from mcptui.upstream.oauth.grant import Client, Grant, Resolve, tokens_of
from mcptui.upstream.oauth.guarded import OpenHttp
from mcptui.upstream.oauth.issuer import check_issuer, read_issuer
from mcptui.upstream.oauth.metadata import Discovered, discover
from mcptui.upstream.oauth.registration import configured_client
from mcptui.upstream.oauth.token_endpoint import request_token

_EXCHANGE: Final = "urn:ietf:params:oauth:grant-type:token-exchange"
_JWT_BEARER: Final = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_ID_JAG: Final = "urn:ietf:params:oauth:token-type:id-jag"
_ID_TOKEN: Final = "urn:ietf:params:oauth:token-type:id_token"  # noqa: S105 - a name, no token


async def unattended_grant(
    server: Server, auth: OAuth, resolve: Resolve, open_http: OpenHttp, wanted_scope: str | None
) -> Grant:
    """A token by the flow of ``auth``, which needs no person; ``wanted_scope`` was asked for in vain before.

    Raises:
        LoginNeededError: something is not set, or refused.
        OAuthError: what the server says about its authorization server cannot be trusted.
        UpstreamError: somebody cannot be reached.
        McptuiError: a reference cannot be replaced, or a private key not be used.
    """
    if auth.lacks:
        raise LoginNeededError(f"oauth_flow {auth.oauth_flow} needs {' and '.join(auth.lacks)}")
    assert server.url is not None
    url = await resolve(server.url)
    async with open_http(url, auth.oauth_issuer) as http:
        found = await discover(http, url, auth.oauth_issuer)
        check_issuer(server.name, auth, found.issuer.issuer)
        client = await configured_client(auth, resolve, found.issuer, "")
        assert client is not None
        scope = union(" ".join(auth.oauth_scopes) or found.scope, wanted_scope)
        form = {"scope": scope} if scope else {}
        try:
            if auth.oauth_flow == "client_credentials":
                form |= {"grant_type": "client_credentials", "resource": found.resource}
            else:
                form |= {"grant_type": _JWT_BEARER, "assertion": await _id_jag(auth, resolve, open_http, found, scope)}
            answer = await request_token(http, found.issuer.issuer, found.issuer.token_endpoint, client, form)
            return _granted(url, found, client, answer, scope)
        except TokenRefusedError as error:
            raise LoginNeededError(error.message) from None


async def _id_jag(auth: OAuth, resolve: Resolve, open_http: OpenHttp, found: Discovered, scope: str | None) -> str:
    """What the identity provider gives the server's authorization server to read of a person.

    An Identity Assertion JWT Authorization Grant (draft-ietf-oauth-identity-assertion-authz-grant, MCP extension
    enterprise-managed-authorization), had for the person's ID token by token exchange (RFC 8693).
    """
    assert auth.oauth_idp_issuer is not None
    assert auth.oauth_idp_client_id is not None
    assert auth.oauth_idp_token is not None
    identity = OAuth(oauth_client_id=auth.oauth_idp_client_id, oauth_client_secret=auth.oauth_idp_client_secret)
    form = {
        "grant_type": _EXCHANGE,
        "requested_token_type": _ID_JAG,
        "subject_token": await resolve(auth.oauth_idp_token),
        "subject_token_type": _ID_TOKEN,
        "audience": found.issuer.issuer,
        "resource": found.resource,
    }
    if scope:
        form["scope"] = scope
    async with open_http(auth.oauth_idp_issuer, None) as http:
        provider = await read_issuer(http, auth.oauth_idp_issuer)
        client = await configured_client(identity, resolve, provider, "")
        assert client is not None
        answer = await request_token(http, provider.issuer, provider.token_endpoint, client, form)
    if answer.get("issued_token_type", _ID_JAG) != _ID_JAG:
        raise TokenRefusedError("the identity provider gave another token than an identity assertion (ID-JAG)")
    return str(answer["access_token"])


def _granted(url: str, found: Discovered, client: Client, answer: Mapping[str, Any], scope: str | None) -> Grant:
    return Grant(
        server_url=url,
        issuer=found.issuer.issuer,
        token_endpoint=found.issuer.token_endpoint,
        revocation_endpoint=found.issuer.revocation_endpoint,
        resource=found.resource,
        client=client,
        # Another token is had for the asking, and in this way only.
        **{**tokens_of(answer, scope, None), "refresh_token": None},
    )
