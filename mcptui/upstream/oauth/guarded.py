"""HTTP to URLs that somebody else named: every one is checked, and the checked address is the one dialled."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator, Mapping
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from mcptui.upstream.errors import UpstreamError, from_client_error, public_url
from mcptui.upstream.oauth.addresses import Zone, zone_of
from mcptui.upstream.oauth.errors import OAuthError

#: The most that metadata or a token answer may have, bytes.
MAX_BODY: Final = 256 * 1024
_TIMEOUT: Final = aiohttp.ClientTimeout(total=20, sock_connect=10)


class Answer:
    """A response, read to its end."""

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.status = status
        self.headers = headers
        self._body = body

    def json(self) -> dict[str, Any]:
        """The JSON object in the body; empty where it holds none."""
        with contextlib.suppress(ValueError, RecursionError):
            value = json.loads(self._body)
            if isinstance(value, dict):
                return value
        return {}


class GuardedHttp:
    """Requests on behalf of one server. Redirects are not followed.

    Its metadata may name public https URLs; addresses of a private network or of this machine, and plain http to
    those, only where the server itself is there.

    Args:
        server_url: the server.
        issuer: the authorization server, where the user has configured it: its place is as good as the server's.
    """

    def __init__(self, server_url: str, issuer: str | None = None) -> None:
        self._own = [urlsplit(url) for url in (server_url, issuer) if url]
        self._pinned: dict[str, list[ResolveResult]] = {}
        self._zones: frozenset[Zone] | None = None
        self._client: aiohttp.ClientSession | None = None

    @contextlib.asynccontextmanager
    async def opened(self) -> AsyncIterator[GuardedHttp]:
        """Able to send until the block ends."""
        connector = aiohttp.TCPConnector(resolver=_Pinned(self._pinned), use_dns_cache=False)
        async with aiohttp.ClientSession(
            connector=connector, cookie_jar=aiohttp.DummyCookieJar(), timeout=_TIMEOUT, trust_env=False
        ) as client:
            self._client = client
            try:
                yield self
            finally:
                self._client = None

    async def check(self, url: str, what: str) -> None:
        """Whether ``url`` may be asked, or opened in a browser.

        Raises:
            OAuthError: it may not; says why.
        """
        parts = _parsed(url, what)
        zones = {zone for _, zone in await self._resolved(parts, what)}
        if self._zones is None:
            own = {zone for each in self._own for _, zone in await self._resolved(each, "the server's URL")}
            self._zones = frozenset({"public", *(own - {"never"})})
        where = public_url(url)
        for zone in zones - self._zones:
            place = "on this machine" if zone == "loopback" else "in a private network" if zone == "private" else ""
            raise OAuthError(
                f"{what}, {where}, is {place or 'at an address that no server has'}, and the server itself is not",
                hint="The metadata of this server cannot be trusted; nothing was sent there.",
            )
        if parts.scheme == "http" and ("public" in zones or all(each.scheme != "http" for each in self._own)):
            raise OAuthError(f"{what}, {where}, is not https", hint="Nothing was sent there.")

    async def get(self, url: str, what: str) -> Answer:
        """GET ``url``.

        Raises:
            OAuthError: it may not be asked.
            UpstreamError: it cannot be reached.
        """
        return await self._send("GET", url, what, {"headers": {"accept": "application/json"}})

    async def post(self, url: str, what: str, **body: Any) -> Answer:
        """POST to ``url``; ``body`` as for aiohttp (``json`` or ``data``, ``headers``).

        Raises:
            OAuthError: it may not be asked, or redirects.
            UpstreamError: it cannot be reached.
        """
        body["headers"] = {"accept": "application/json", **body.get("headers", {})}
        answer = await self._send("POST", url, what, body)
        if 300 <= answer.status < 400:
            raise OAuthError(f"{what}, {public_url(url)}, redirects; redirects are not followed")
        return answer

    async def _send(self, method: str, url: str, what: str, options: dict[str, Any]) -> Answer:
        await self.check(url, what)
        assert self._client is not None
        try:
            async with self._client.request(method, url, allow_redirects=False, **options) as response:
                body = await response.content.read(MAX_BODY + 1)
                while len(body) <= MAX_BODY and (more := await response.content.read(MAX_BODY)):
                    body += more
                if len(body) > MAX_BODY:
                    raise OAuthError(f"{what}, {public_url(url)}, answered with too much")
                return Answer(response.status, {k.lower(): v for k, v in response.headers.items()}, body)
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
            raise from_client_error(error, url) from None

    async def _resolved(self, parts: SplitResult, what: str) -> list[tuple[str, Zone]]:
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        if host not in self._pinned:
            try:
                found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
            except OSError:
                raise UpstreamError(f"the host of {what}, {host}, cannot be resolved") from None
            self._pinned[host] = [
                ResolveResult(
                    hostname=host,
                    host=str(sockaddr[0]),
                    port=port,
                    family=family,
                    proto=proto,
                    flags=socket.AI_NUMERICHOST,
                )
                for family, _, proto, _, sockaddr in found
            ]
        return [(entry["host"], zone_of(entry["host"])) for entry in self._pinned[host]]


class _Pinned(AbstractResolver):
    """Knows only what was checked, so that a name cannot change between check and dial."""

    def __init__(self, known: Mapping[str, list[ResolveResult]]) -> None:
        self._known = known

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [ResolveResult(**{**entry, "port": port}) for entry in self._known[host]]

    async def close(self) -> None:
        pass


def _parsed(url: str, what: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise OAuthError(f"{what} is not a URL") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise OAuthError(f"{what} is no https URL", hint="Nothing was sent there.")
    if "@" in parts.netloc or any(char.isspace() or ord(char) < 32 or char == "\\" for char in url):
        raise OAuthError(f"{what} is not a plain URL", hint="Nothing was sent there.")
    return parts
