"""Authorization servers: their metadata (RFC 8414, OpenID Connect discovery), or what holds where they publish none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from mcptui.model import OAuth
from mcptui.protocol.text import public_url
from mcptui.upstream.oauth.documents import Documents, origin_of, texts
from mcptui.upstream.oauth.errors import OAuthError
from mcptui.upstream.oauth.guarded import GuardedHttp

_NOT_PKCE: Final = "oauth_require_pkce = false has it sent all the same, as most authorization servers know it."


@dataclass(frozen=True, slots=True)
class Issuer:
    """An authorization server."""

    issuer: str
    authorization_endpoint: str | None
    token_endpoint: str
    registration_endpoint: str | None
    revocation_endpoint: str | None
    scopes: tuple[str, ...]
    auth_methods: tuple[str, ...]
    #: How it lets clients sign their assertions (RFC 7523); empty where it does not say.
    signatures: tuple[str, ...]
    pkce: bool
    #: Whether every authorization response names the issuer (RFC 9207).
    sends_iss: bool
    #: Whether a URL may be a client id (client-id metadata documents).
    takes_client_urls: bool
    #: Whether it publishes metadata; without, its endpoints are those of 2025-03-26.
    is_described: bool = True

    @property
    def remarks(self) -> tuple[str, ...]:
        """What a person should know before logging in there: what was tolerated."""
        where = public_url(self.issuer)
        if not self.is_described:
            return (f"{where} publishes nothing about itself: its default endpoints are used (MCP 2025-03-26).",)
        if not self.pkce:
            return (f"{where} does not say that it knows PKCE with S256: it is sent, and perhaps not checked.",)
        return ()


async def read_issuer(http: GuardedHttp, issuer: str) -> Issuer:
    """The metadata of an authorization server, with every URL in it checked.

    Where it publishes none, its endpoints are ``/authorize``, ``/token`` and ``/register`` (MCP 2025-03-26,
    basic/authorization, "Fallbacks for Servers without Metadata Discovery").

    Raises:
        OAuthError: it is that of another issuer, or it cannot be trusted.
        UpstreamError: it cannot be read now.
    """
    path, origin = urlsplit(issuer).path.rstrip("/"), origin_of(issuer)
    candidates = [
        f"{origin}/.well-known/oauth-authorization-server{path}",
        f"{origin}/.well-known/openid-configuration{path}",
        f"{origin}{path}/.well-known/openid-configuration",
    ]
    documents = Documents(http, "the authorization server", required="issuer")
    for url in dict.fromkeys(candidates):
        if (found := await documents.read(url)) is not None:
            return await _described(http, issuer, found)
    documents.raise_problem()
    return await _undescribed(http, issuer)


async def _described(http: GuardedHttp, issuer: str, found: Mapping[str, object]) -> Issuer:
    stated = found["issuer"]
    # RFC 8414 §3.3: identical; a root with and without its slash is the same server.
    if not isinstance(stated, str) or not same_issuer(stated, issuer):
        raise OAuthError(
            f"the authorization server {public_url(issuer)} says that it is another one",
            hint="Its metadata cannot be trusted (RFC 8414, section 3.3).",
        )
    urls: dict[str, str | None] = {}
    for name in ("authorization_endpoint", "token_endpoint", "registration_endpoint", "revocation_endpoint"):
        value = found.get(name)
        urls[name] = value if isinstance(value, str) and value else None
        if urls[name] is not None:
            await http.check(str(value), f"the {name}")
    token_endpoint = urls["token_endpoint"]
    if token_endpoint is None:
        raise OAuthError(f"the authorization server {public_url(issuer)} names no token endpoint")
    return Issuer(
        issuer=stated,
        authorization_endpoint=urls["authorization_endpoint"],
        token_endpoint=token_endpoint,
        registration_endpoint=urls["registration_endpoint"],
        revocation_endpoint=urls["revocation_endpoint"],
        scopes=texts(found.get("scopes_supported")),
        auth_methods=texts(found.get("token_endpoint_auth_methods_supported")),
        signatures=texts(found.get("token_endpoint_auth_signing_alg_values_supported")),
        pkce="S256" in texts(found.get("code_challenge_methods_supported")),
        sends_iss=found.get("authorization_response_iss_parameter_supported") is True,
        takes_client_urls=found.get("client_id_metadata_document_supported") is True,
    )


async def _undescribed(http: GuardedHttp, issuer: str) -> Issuer:
    origin = origin_of(issuer)
    await http.check(origin, "the authorization server")
    return Issuer(
        issuer=issuer,
        authorization_endpoint=f"{origin}/authorize",
        token_endpoint=f"{origin}/token",
        registration_endpoint=f"{origin}/register",
        revocation_endpoint=None,
        scopes=(),
        auth_methods=(),
        signatures=(),
        pkce=False,
        sends_iss=False,
        takes_client_urls=False,
        is_described=False,
    )


def require_login(auth: OAuth, issuer: Issuer) -> str:
    """Where a person logs in.

    Raises:
        OAuthError: nowhere, or PKCE is not offered and the user insists on it.
    """
    if issuer.authorization_endpoint is None:
        raise OAuthError(f"login is not possible at {public_url(issuer.issuer)}: it names no authorization endpoint")
    if auth.oauth_require_pkce and not issuer.pkce:
        raise OAuthError(f"the authorization server {public_url(issuer.issuer)} does not offer PKCE", hint=_NOT_PKCE)
    return issuer.authorization_endpoint


def same_issuer(one: str, other: str) -> bool:
    """Whether two identifiers are of one authorization server: identical, but for a slash at the end."""
    return one.removesuffix("/") == other.removesuffix("/")


def check_issuer(server: str, auth: OAuth, issuer: str) -> None:
    """Credentials of a configured client go to no other issuer than the configured one.

    Raises:
        OAuthError: it is another one.
    """
    wanted = auth.oauth_issuer
    if wanted is not None and not same_issuer(wanted, issuer):
        raise OAuthError(
            f"server {server} names another authorization server than oauth_issuer",
            hint="Nothing was sent to it. Correct oauth_issuer if the change is intended.",
        )
