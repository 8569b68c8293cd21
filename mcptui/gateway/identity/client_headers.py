"""What a client addresses to servers in its request headers: credentials, and what a server wants forwarded."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from mcptui.memo import Memo
from mcptui.model.names import name_in_headers
from mcptui.protocol.keys import KEY_HEADERS
from mcptui.secrets.recognition import is_secret_name
from mcptui.upstream.auth.credentials import ClientCredential, digest_of, may_be_sent

if TYPE_CHECKING:
    from mcptui.model import Server

log = logging.getLogger(__name__)

#: Goes to every server of the request, in the form that its ``auth_type`` asks for.
AUTH: Final = "x-mcp-auth"
#: Before the name of a server and the header that goes to it.
PREFIX: Final = "x-mcp-"
SCOPE: Final = "x-mcp-servers"

Headers = Mapping[str, list[str]]


@dataclass(frozen=True, slots=True)
class ClientHeaders:
    """The credentials of one request, sorted by server."""

    auth: str | None = field(repr=False)
    #: Server → header → value.
    named: Mapping[str, Mapping[str, str]] = field(repr=False)
    #: Secrets that some server has in ``forward_headers``.
    forwarded: Mapping[str, str] = field(repr=False)
    #: Stands for the values where they must not stand themselves.
    digest: str

    def credential(self, server: Server) -> ClientCredential | None:
        """What ``server`` gets of it."""
        named = self.named.get(server.name)
        if server.is_stdio:
            # A process has no headers; what is addressed to it by name cannot arrive, and must not vanish.
            return None if named is None else ClientCredential(named=named)
        auth = self.auth if named is None else None
        forwarded = {
            name: self.forwarded[name] for name in map(str.lower, server.forward_headers) if name in self.forwarded
        }
        if named is None and auth is None and not forwarded:
            return None
        return ClientCredential(auth=auth, named=named, forwarded=forwarded)


def read_client_headers(
    headers: Headers,
    servers: Collection[str],
    forwarded: Collection[str],
    *,
    with_key: bool,
    is_key: Callable[[str], bool],
) -> ClientHeaders | None:
    """The credentials in ``headers``; None where there are none.

    Args:
        headers: the request's, by lower-case name.
        servers: all known names; the longest one that fits a header is meant, ``-`` and ``_`` being alike.
        forwarded: what :func:`forwarded_secrets` found.
        with_key: whether one of the headers opened the gateway, and is no credential for a server.
        is_key: whether a value is a key of this gateway, which is sent to no server under any name.
    """
    names = list(_ADDRESSED[tuple(headers)])
    if forwarded:
        is_free = not with_key or any(name in headers for name in KEY_HEADERS[:2])
        names += [name for name in forwarded if name in headers and (is_free or name != "authorization")]
    if not names:
        return None
    found = {name: ", ".join(headers[name]) for name in names}
    auth: str | None = None
    named: dict[str, dict[str, str]] = {}
    kept: dict[str, str] = {}
    for name, value in found.items():
        if is_key(value):
            log.warning("the header %s holds a key of this gateway and is sent to no server", name)
        elif name == AUTH:
            auth = value
        elif not name.startswith(PREFIX):
            kept[name] = value
        elif (server := _addressee(name, servers)) is not None:
            named.setdefault(server, {})[name[len(PREFIX) + len(server) + 1 :]] = value
    if auth is None and not named and not kept:
        return None
    return ClientHeaders(auth, named, kept, digest_of(auth, named, kept))


def _addressed(names: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the headers ``names`` that are for servers. A client sends the same ones every time."""
    return tuple(name for name in names if name.startswith(PREFIX) and name != SCOPE)


_ADDRESSED: Final = Memo(_addressed, 1024)


def _addressee(header: str, servers: Collection[str]) -> str | None:
    """The server whose name is in ``header``; the longest, since names may hold dashes. None where it may be two."""
    folded = name_in_headers(header)
    fitting = [name for name in servers if folded.startswith(f"{PREFIX}{name_in_headers(name)}-")]
    longest = max(map(len, fitting), default=0)
    meant = [name for name in fitting if len(name) == longest]
    if len(meant) > 1:
        log.warning("the header %s is sent to no server: it may be for %s", header, " or ".join(meant))
        return None
    return meant[0] if meant else None


def forwarded_secrets(servers: Iterable[Server]) -> frozenset[str]:
    """The lower-case names in any ``forward_headers`` that hold secrets: connections are kept apart by those."""
    return frozenset(name for server in servers for name in _forwarded(server) if is_secret_name(name))


def forwarded_plain(server: Server, headers: Headers) -> dict[str, str]:
    """What goes along with a single request to ``server``: its ``forward_headers`` that are no secrets."""
    return {
        name: ", ".join(headers[name]) for name in _forwarded(server) if name in headers and not is_secret_name(name)
    }


def _forwarded(server: Server) -> Iterator[str]:
    for name in map(str.lower, server.forward_headers):
        if may_be_sent(name) and name not in KEY_HEADERS[:2] and not name.startswith(PREFIX):
            yield name
