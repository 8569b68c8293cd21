"""HTTP to URLs that somebody else named: every one is checked, and the checked address is the one dialled."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias
from urllib.parse import SplitResult, urlencode, urlsplit

from aiohappyeyeballs import AddrInfoType

from mcptui import __version__
from mcptui.protocol.text import public_url
from mcptui.upstream.errors import UpstreamError, from_wire_error
from mcptui.upstream.oauth.addresses import Zone, zone_of, zone_of_name
from mcptui.upstream.oauth.errors import OAuthError
from mcptui.upstream.wire.address import Address, Origin
from mcptui.upstream.wire.client import HttpClient
from mcptui.upstream.wire.errors import TooLargeError, WireError
from mcptui.upstream.wire.head import header_lines, request_line
from mcptui.upstream.wire.opening import Route

#: The most that metadata or a token answer may have, bytes.
MAX_BODY: Final = 256 * 1024
#: How long one answer may take, seconds.
_PATIENCE: Final = 20.0
_OWN: Final = {"accept": "application/json", "user-agent": f"mcptui/{__version__}"}


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
        route: how they are reached.
    """

    def __init__(self, server_url: str, issuer: str | None = None, route: Route | None = None) -> None:
        self._own = [urlsplit(url) for url in (server_url, issuer) if url]
        self._client = _Pinned(route)
        self._zones: frozenset[Zone] | None = None

    @contextlib.asynccontextmanager
    async def opened(self) -> AsyncIterator[GuardedHttp]:
        """Able to send until the block ends."""
        async with self._client:
            yield self

    async def check(self, url: str, what: str) -> None:
        """Whether ``url`` may be asked, or opened in a browser.

        Raises:
            OAuthError: it may not; says why.
        """
        parts = _parsed(url, what)
        zones = set(await self._resolved(parts, what))
        if self._zones is None:
            own = {zone for each in self._own for zone in await self._resolved(each, "the server's URL")}
            self._zones = frozenset({"public", *(own - {"never"})})
        where = public_url(url)
        for zone in zones - self._zones:
            place = "on this machine" if zone == "loopback" else "in a private network" if zone == "private" else ""
            raise OAuthError(
                f"{what}, {where}, is {place or 'at an address that no server has'}, and the server itself is not",
                hint="The metadata of this server cannot be trusted; nothing was sent there.",
            )
        if parts.scheme == "http" and not self._may_be_plain(parts, zones):
            raise OAuthError(f"{what}, {where}, is not https", hint="Nothing was sent there.")

    def _may_be_plain(self, parts: SplitResult, zones: set[Zone]) -> bool:
        """Whether plain http will do: where the server itself has it, and what is checked is what is asked.

        A proxy that resolves the name may come to another place; only TLS would show that.
        """
        plain = [each for each in self._own if each.scheme == "http"]
        if self._client.is_resolved_by_proxy(_origin(parts)):
            return any(each.hostname == parts.hostname for each in plain)
        return bool(plain) and "public" not in zones

    async def get(self, url: str, what: str) -> Answer:
        """GET ``url``.

        Raises:
            OAuthError: it may not be asked.
            UpstreamError: it cannot be reached.
        """
        return await self._send("GET", url, what, {}, b"")

    async def post(
        self,
        url: str,
        what: str,
        *,
        form: Mapping[str, str] | None = None,
        json_body: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """POST a form, or JSON, to ``url``.

        Raises:
            OAuthError: it may not be asked, or redirects.
            UpstreamError: it cannot be reached.
        """
        kind, body = "application/json", json.dumps(json_body)
        if form is not None:
            kind, body = "application/x-www-form-urlencoded", urlencode(form)
        answer = await self._send("POST", url, what, {"content-type": kind, **(headers or {})}, body.encode())
        if 300 <= answer.status < 400:
            raise OAuthError(f"{what}, {public_url(url)}, redirects; redirects are not followed")
        return answer

    async def _send(self, method: str, url: str, what: str, headers: Mapping[str, str], body: bytes) -> Answer:
        await self.check(url, what)
        lines = {**_OWN, **headers, "content-length": str(len(body))}
        try:
            async with asyncio.timeout(_PATIENCE):
                address = Address.parse(url)
                response = await self._client.send(
                    address, request_line(method, address) + header_lines(lines) + b"\r\n", body
                )
                try:
                    content = await response.read(MAX_BODY)
                finally:
                    response.close()
        except TooLargeError:
            raise OAuthError(f"{what}, {public_url(url)}, answered with too much") from None
        except WireError as error:
            raise from_wire_error(error, url) from None
        except TimeoutError:
            raise UpstreamError(f"{what}, {public_url(url)}, did not answer in time") from None
        return Answer(response.status, response.headers, content)

    async def _resolved(self, parts: SplitResult, what: str) -> list[Zone]:
        try:
            origin = _origin(parts)
            found = await self._client.pin(origin)
        except OSError:
            if self._client.is_resolved_by_proxy(origin):
                return [zone_of_name(origin.host)]
            raise UpstreamError(f"the host of {what}, {parts.hostname}, cannot be resolved") from None
        except WireError as error:
            raise from_wire_error(error, parts.geturl()) from None
        return [zone_of(str(entry[4][0])) for entry in found]


#: Requests on behalf of a URL, and of an issuer that the user has configured, while the block is open.
OpenHttp: TypeAlias = Callable[[str, str | None], contextlib.AbstractAsyncContextManager[GuardedHttp]]


class _Pinned(HttpClient):
    """Connects only to what was resolved before, so that a name cannot change between check and dial.

    A proxy resolves names once more, and is itself what the user has named.
    """

    def __init__(self, route: Route | None) -> None:
        super().__init__(route)
        self._pinned: dict[Origin, Sequence[AddrInfoType]] = {}
        self._proxies: set[Origin] = set()

    def is_resolved_by_proxy(self, origin: Origin) -> bool:
        """Whether another one decides which address the name of ``origin`` means."""
        proxy = self.route.proxy_for(origin)
        return proxy is not None and proxy.resolves_names

    async def pin(self, origin: Origin) -> Sequence[AddrInfoType]:
        """The addresses of ``origin``, from now on the same."""
        proxy = self.route.proxy_for(origin)
        if proxy is not None:
            self._proxies.add(proxy.origin)
        if origin not in self._pinned:
            self._pinned[origin] = await super().resolve(origin)
        return self._pinned[origin]

    async def resolve(self, origin: Origin) -> Sequence[AddrInfoType]:
        return await super().resolve(origin) if origin in self._proxies else self._pinned[origin]


def _origin(parts: SplitResult) -> Origin:
    return Address.parse(parts.geturl()).origin


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
