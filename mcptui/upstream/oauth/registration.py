"""Who the gateway is to an authorization server: configured, a URL, or registered now (RFC 7591)."""

from __future__ import annotations

from typing import Any, Final

from mcptui.model import OAuth
from mcptui.protocol.text import one_line
from mcptui.upstream.errors import public_url
from mcptui.upstream.oauth.errors import OAuthError
from mcptui.upstream.oauth.grant import Client
from mcptui.upstream.oauth.guarded import GuardedHttp
from mcptui.upstream.oauth.metadata import Issuer
from mcptui.upstream.oauth.token_endpoint import AUTH_METHODS

_CLIENT_NAME: Final = "mcptui gateway"
_NO_CLIENT: Final = "Register mcptui there by hand, then set oauth_client_id (and its secret) for this server."


def configured_client(auth: OAuth, secret: str | None, issuer: Issuer, redirect_uri: str) -> Client | None:
    """The client that the user has registered, or the document that describes one."""
    if auth.oauth_client_id is not None:
        method = "none" if secret is None else _with_secret(issuer)
        return Client(
            id=auth.oauth_client_id, secret=secret, auth_method=method, redirect_uri=redirect_uri, origin="configured"
        )
    if auth.oauth_client_metadata_url is not None and issuer.takes_client_urls:
        return Client(id=auth.oauth_client_metadata_url, redirect_uri=redirect_uri, origin="url")
    return None


async def register(http: GuardedHttp, issuer: Issuer, redirect_uri: str, scope: str | None) -> Client:
    """Register at ``issuer``.

    Raises:
        OAuthError: it takes no registrations, refuses, or wants what this client cannot do.
    """
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
        said = one_line(str(found.get("error_description") or found.get("error") or answer.status), limit=200)
        raise OAuthError(f"{public_url(issuer.issuer)} refused the registration: {said}", hint=_NO_CLIENT)
    secret = found.get("client_secret")
    secret = secret if isinstance(secret, str) and secret else None
    method = found.get("token_endpoint_auth_method") or ("none" if secret is None else "client_secret_basic")
    if method not in AUTH_METHODS or (method != "none" and secret is None):
        said = one_line(str(method), limit=40)
        raise OAuthError(f"{public_url(issuer.issuer)} registered a client that has to use {said}", hint=_NO_CLIENT)
    return Client(id=found["client_id"], secret=secret, auth_method=method, redirect_uri=redirect_uri)


def _preferred(issuer: Issuer) -> str:
    """A native client can keep no secret (RFC 8252 §8.4), so none is wanted where the server can do without."""
    return next((method for method in AUTH_METHODS if method in issuer.auth_methods), "client_secret_basic")


def _with_secret(issuer: Issuer) -> str:
    return next((method for method in AUTH_METHODS[1:] if method in issuer.auth_methods), "client_secret_basic")
