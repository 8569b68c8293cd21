"""Who issues tokens for a server: its challenge, and what it publishes about itself (RFC 9728)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from mcptui.protocol.text import public_url
from mcptui.upstream.oauth.challenge import Challenge, parse_challenge
from mcptui.upstream.oauth.documents import Documents, origin_of, texts
from mcptui.upstream.oauth.errors import OAuthError
from mcptui.upstream.oauth.guarded import GuardedHttp
from mcptui.upstream.oauth.issuer import Issuer, read_issuer, same_issuer


@dataclass(frozen=True, slots=True)
class Discovered:
    """What a login begins with."""

    issuer: Issuer
    #: The value of ``resource`` in requests for tokens (RFC 8707).
    resource: str
    #: Scopes that the server asks for, in its challenge or its metadata.
    scope: str | None


async def discover(http: GuardedHttp, server_url: str, wanted: str | None = None) -> Discovered:
    """Ask the server who issues its tokens, and that one where its endpoints are.

    A server that names nobody is its own authorization server, at its origin (MCP 2025-03-26). Of several the first
    is taken, or ``wanted``, where it is among them.

    Raises:
        OAuthError: what is said cannot be trusted.
        UpstreamError: somebody cannot be reached.
    """
    challenge = await _challenge(http, server_url)
    resource = await _protected_resource(http, server_url, challenge)
    canonical, at = _canonical(server_url), origin_of(server_url)
    if resource is not None:
        stated, named = resource["resource"], texts(resource.get("authorization_servers"))
        if not isinstance(stated, str) or not _covers(stated, canonical):
            raise OAuthError(f"the metadata of {public_url(server_url)} is about another resource")
        canonical = stated
        at = next((each for each in named if wanted and same_issuer(each, wanted)), named[0] if named else at)
    issuer = await read_issuer(http, at)
    scope = challenge.scope
    if scope is None and resource is not None:
        scope = " ".join(texts(resource.get("scopes_supported"))) or None
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
    root = f"{origin_of(server_url)}/.well-known/oauth-protected-resource"
    path = urlsplit(server_url).path.rstrip("/")
    documents = Documents(http, "the resource metadata", required="resource")
    for url in dict.fromkeys((challenge.resource_metadata, f"{root}{path}", root)):
        if url is not None and (found := await documents.read(url)) is not None:
            return found
    # Nobody else is asked for tokens because of a failure that may pass.
    documents.raise_problem()
    return None


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
