"""Who the gateway is to an authorization server: configured, a URL, or registered now (RFC 7591)."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from mcptui.model import OAuth
from mcptui.protocol.text import one_line, public_url
from mcptui.upstream.errors import UpstreamError
from mcptui.upstream.oauth.client_auth import AUTH_METHODS, PRIVATE_KEY
from mcptui.upstream.oauth.errors import OAuthError
from mcptui.upstream.oauth.grant import Client, Resolve
from mcptui.upstream.oauth.guarded import Answer, GuardedHttp
from mcptui.upstream.oauth.issuer import Issuer

_CLIENT_NAME: Final = "mcptui gateway"
_NO_CLIENT: Final = "Register mcptui there by hand, then set oauth_client_id (and its secret) for this server."


async def configured_client(auth: OAuth, resolve: Resolve, issuer: Issuer, redirect_uri: str) -> Client | None:
    """The client that the user has registered, or the document that describes one.

    Raises:
        McptuiError: its secret cannot be read, or its private key not used.
    """
    key = None if auth.oauth_client_key is None else await resolve(auth.oauth_client_key)
    secret = None if auth.oauth_client_secret is None else await resolve(auth.oauth_client_secret)
    if auth.oauth_client_id is not None:
        client = Client(id=auth.oauth_client_id, redirect_uri=redirect_uri, origin="configured")
    elif auth.oauth_client_metadata_url is not None and issuer.takes_client_urls:
        client = Client(id=auth.oauth_client_metadata_url, redirect_uri=redirect_uri, origin="url")
        secret = None  # who everybody can read about shares none (client-id metadata documents, §8.2)
    else:
        return None
    if key is not None:
        # Keys are rare, and the library that reads them slow to load.
        from mcptui.upstream.oauth.assertion import signature_for

        return replace(client, key=key, signature=signature_for(key, issuer.signatures), auth_method=PRIVATE_KEY)
    return client if secret is None else replace(client, secret=secret, auth_method=_with_secret(issuer))


async def register(http: GuardedHttp, issuer: Issuer, redirect_uris: Sequence[str], scope: str | None) -> Client:
    """Register at ``issuer``, with the first of the redirect addresses that it takes.

    Raises:
        OAuthError: it takes no registrations, refuses, or wants what this client cannot do.
        UpstreamError: it cannot be reached, or has a problem that may pass.
    """
    for redirect_uri in redirect_uris[:-1]:
        with contextlib.suppress(_RefusedRegistrationError):
            return await _register(http, issuer, redirect_uri, scope)
    return await _register(http, issuer, redirect_uris[-1], scope)


class _RefusedRegistrationError(OAuthError):
    """What was sent is not taken as it is (RFC 7591 §3.2.2)."""


async def _register(http: GuardedHttp, issuer: Issuer, redirect_uri: str, scope: str | None) -> Client:
    if issuer.registration_endpoint is None:
        raise OAuthError(f"{public_url(issuer.issuer)} takes no registrations of clients", hint=_NO_CLIENT)
    wanted: dict[str, Any] = {
        "client_name": _CLIENT_NAME,
        "redirect_uris": [redirect_uri],
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "application_type": "native",
        "token_endpoint_auth_method": _preferred(issuer),
    }
    if scope is not None:
        wanted["scope"] = scope
    answer = await http.post(issuer.registration_endpoint, "the registration endpoint", json_body=wanted)
    found = answer.json()
    if answer.status not in (200, 201) or not isinstance(found.get("client_id"), str):
        raise _refusal(issuer, answer, found)
    secret = found.get("client_secret")
    secret = secret if isinstance(secret, str) and secret else None
    method = found.get("token_endpoint_auth_method") or ("none" if secret is None else "client_secret_basic")
    if secret is None and method in AUTH_METHODS:
        method = "none"  # whatever it calls that
    if method not in AUTH_METHODS:
        said = one_line(str(method), limit=40)
        raise OAuthError(f"{public_url(issuer.issuer)} registered a client that has to use {said}", hint=_NO_CLIENT)
    return Client(id=found["client_id"], secret=secret, auth_method=method, redirect_uri=redirect_uri)


def _refusal(issuer: Issuer, answer: Answer, found: dict[str, Any]) -> UpstreamError:
    where = public_url(issuer.issuer)
    if answer.status >= 500 or answer.status == 429:
        return UpstreamError(f"{where} answered {answer.status} to the registration", status=answer.status)
    if not issuer.is_described and answer.status in (404, 405):
        return OAuthError(
            f"{where} publishes nothing about an authorization server, and is none at its default endpoints",
            hint="Does this server use OAuth? Otherwise set another auth_type.",
        )
    said = one_line(str(found.get("error_description") or found.get("error") or answer.status), limit=200)
    kind = _RefusedRegistrationError if answer.status in (400, 422) else OAuthError
    return kind(f"{where} refused the registration: {said}", hint=_NO_CLIENT)


def _preferred(issuer: Issuer) -> str:
    """A native client can keep no secret (RFC 8252 §8.4), so none is wanted where the server can do without."""
    return next((method for method in AUTH_METHODS if method in issuer.auth_methods), "client_secret_basic")


def _with_secret(issuer: Issuer) -> str:
    return next((method for method in AUTH_METHODS[1:] if method in issuer.auth_methods), "client_secret_basic")
