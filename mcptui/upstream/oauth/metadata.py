"""Who issues tokens for a server: RFC 9728, RFC 8414 and OpenID Connect discovery."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from mcptui.upstream.errors import public_url
from mcptui.upstream.oauth.challenge import Challenge, parse_challenge
from mcptui.upstream.oauth.errors import OAuthError
from mcptui.upstream.oauth.guarded import GuardedHttp

_NOT_PKCE = "PKCE with S256 is required (basic/authorization)."


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
    pkce: bool
    #: Whether every authorization response names the issuer (RFC 9207).
    sends_iss: bool
    #: Whether a URL may be a client id (client-id metadata documents).
    takes_client_urls: bool


@dataclass(frozen=True, slots=True)
class Discovered:
    """What a login begins with."""

    issuer: Issuer
    #: The value of ``resource`` in requests for tokens (RFC 8707).
    resource: str
    #: Scopes that the server asks for, in its challenge or its metadata.
    scope: str | None


async def discover(http: GuardedHttp, server_url: str) -> Discovered:
    """Ask the server who issues its tokens, and that one where its endpoints are.

    Raises:
        OAuthError: nobody does, or what is said cannot be trusted.
        UpstreamError: somebody cannot be reached.
    """
    challenge = await _challenge(http, server_url)
    resource = await _protected_resource(http, server_url, challenge)
    canonical, at = _canonical(server_url), _origin(server_url)
    if resource is not None:
        stated, named = resource.get("resource"), _texts(resource.get("authorization_servers"))
        if not isinstance(stated, str) or not _covers(stated, canonical):
            raise OAuthError(f"the metadata of {public_url(server_url)} is about another resource")
        if not named:
            raise OAuthError(f"the metadata of {public_url(server_url)} names no authorization server")
        canonical, at = stated, named[0]
    issuer = await read_issuer(http, at)
    scope = challenge.scope
    if scope is None and resource is not None:
        scope = _joined(resource.get("scopes_supported"))
    return Discovered(issuer, canonical, scope)


async def _challenge(http: GuardedHttp, server_url: str) -> Challenge:
    """Why the server refuses a request without a token."""
    answer = await http.post(
        server_url,
        "the server",
        json_body={"jsonrpc": "2.0", "id": 1, "method": "ping"},
        headers={"accept": "application/json, text/event-stream"},
    )
    return parse_challenge(answer.headers.get("www-authenticate", "")) if answer.status == 401 else Challenge()


async def _protected_resource(http: GuardedHttp, server_url: str, challenge: Challenge) -> dict[str, Any] | None:
    """RFC 9728: where the challenge says, else below the path, else at the root (SEP-985)."""
    if challenge.resource_metadata is not None:
        what = "the resource metadata"
        answer = await http.get(challenge.resource_metadata, what)
        if 300 <= answer.status < 400:
            raise OAuthError(f"{what}, {public_url(challenge.resource_metadata)}, redirects; it is not followed")
        if answer.status == 200 and (found := answer.json()):
            return found
    path = urlsplit(server_url).path.rstrip("/")
    for each in dict.fromkeys((path, "")):
        url = f"{_origin(server_url)}/.well-known/oauth-protected-resource{each}"
        answer = await http.get(url, "the resource metadata")
        if answer.status == 200 and (found := answer.json()):
            return found
        if answer.status >= 500:
            raise OAuthError(f"the resource metadata, {public_url(url)}, answered {answer.status}")
    return None


async def read_issuer(http: GuardedHttp, issuer: str) -> Issuer:
    """The metadata of an authorization server, with every URL in it checked.

    Raises:
        OAuthError: there is none, it is that of another issuer, or it cannot be trusted.
    """
    parts = urlsplit(issuer)
    path, origin = parts.path.rstrip("/"), _origin(issuer)
    candidates = [
        f"{origin}/.well-known/oauth-authorization-server{path}",
        f"{origin}/.well-known/openid-configuration{path}",
        f"{origin}{path}/.well-known/openid-configuration",
    ]
    for url in dict.fromkeys(candidates):
        answer = await http.get(url, "the authorization server")
        if answer.status == 200 and (found := answer.json()):
            return await _issuer(http, issuer, found)
        if answer.status >= 500:
            raise OAuthError(f"the authorization server {public_url(issuer)} answered {answer.status}")
    raise OAuthError(
        f"{public_url(issuer)} publishes nothing about an authorization server",
        hint="Does this server use OAuth? Otherwise set another auth_type.",
    )


async def _issuer(http: GuardedHttp, issuer: str, found: Mapping[str, Any]) -> Issuer:
    stated = found.get("issuer")
    # RFC 8414 §3.3: identical; a root with and without its slash is the same server.
    if not isinstance(stated, str) or stated.removesuffix("/") != issuer.removesuffix("/"):
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
        scopes=_texts(found.get("scopes_supported")),
        auth_methods=_texts(found.get("token_endpoint_auth_methods_supported")),
        pkce="S256" in _texts(found.get("code_challenge_methods_supported")),
        sends_iss=found.get("authorization_response_iss_parameter_supported") is True,
        takes_client_urls=found.get("client_id_metadata_document_supported") is True,
    )


def require_login(issuer: Issuer) -> str:
    """Where a person logs in.

    Raises:
        OAuthError: nowhere, or without PKCE.
    """
    if issuer.authorization_endpoint is None:
        raise OAuthError(f"nobody can log in at {public_url(issuer.issuer)}: it names no authorization endpoint")
    if not issuer.pkce:
        raise OAuthError(f"the authorization server {public_url(issuer.issuer)} does not offer PKCE", hint=_NOT_PKCE)
    return issuer.authorization_endpoint


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _canonical(url: str) -> str:
    """The server as a resource: without query and fragment, host in lower case (RFC 8707)."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.lower(), parts.path, "", ""))


def _covers(stated: str, canonical: str) -> bool:
    """Whether a stated resource is the server, or a parent of it."""
    wide, narrow = urlsplit(_canonical(stated)), urlsplit(canonical)
    if wide[:2] != narrow[:2]:
        return False
    return f"{narrow.path.rstrip('/')}/".startswith(f"{wide.path.rstrip('/')}/")


def _texts(value: object) -> tuple[str, ...]:
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()


def _joined(value: object) -> str | None:
    return " ".join(_texts(value)) or None
