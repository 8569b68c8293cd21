"""What a client shows to one server in place of the configured credential."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from mcptui.upstream.errors import UpstreamLoginError

_TOKEN: Final = re.compile(r"[!#$%&'*+\-.^_`|~0-9a-z]+")

#: Headers of the connection or of the protocol: whoever chose them would speak in the gateway's place.
_OWN: Final = frozenset(
    {
        "host", "connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "expect",
        "proxy-authorization", "proxy-authenticate", "proxy-connection", "content-length", "content-type",
        "content-encoding", "accept", "accept-encoding", "last-event-id", "forwarded",
    }
)  # fmt: skip

# Digests are only compared within one process; without this key they tell nothing about a credential.
_DIGEST_KEY: Final = secrets.token_bytes(32)


def digest_of(*parts: object) -> str:
    """Stands for ``parts`` where secrets must not stand themselves."""
    return hashlib.blake2b(repr(parts).encode(), digest_size=16, key=_DIGEST_KEY).hexdigest()


def may_be_sent(name: str) -> bool:
    """Whether a client may choose the header ``name`` (lower case) of a request to a server."""
    return _TOKEN.fullmatch(name) is not None and name not in _OWN and not name.startswith("mcp-")


@dataclass(frozen=True, slots=True)
class ClientCredential:
    """What a client shows to one server in place of the configured credential."""

    #: The value of ``x-mcp-auth``, in the form that the server's ``auth_type`` asks for.
    auth: str | None = field(default=None, repr=False)
    #: Addressed to this server by name; they replace any other credential.
    named: Mapping[str, str] | None = field(default=None, repr=False)
    #: Headers of the client that the server wants to see; they are added, and win over configured ones.
    forwarded: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def replaces(self) -> bool:
        """Whether the configured credential is not used at all."""
        return self.named is not None or self.auth is not None

    @property
    def digest(self) -> str:
        """Equal for equal credentials."""
        return digest_of(self.auth, self.named, self.forwarded)

    def headers(self, shown: Callable[[str], Mapping[str, str]]) -> dict[str, str]:
        """As headers; ``shown`` gives ``x-mcp-auth`` the form that the server's kind of auth has.

        Raises:
            UpstreamLoginError: a header cannot be sent, or ``x-mcp-auth`` has not the form that is needed.
        """
        headers = dict(self.forwarded)
        for name in self.named or ():
            if not may_be_sent(name):
                raise UpstreamLoginError(
                    f"the header {name} cannot be chosen by a client",
                    hint="Leave out the x-mcp-… header for it.",
                    is_public=True,
                )
        if self.named is not None:
            headers |= self.named
        elif self.auth is not None:
            try:
                headers |= shown(self.auth)
            except UpstreamLoginError as error:
                raise UpstreamLoginError(f"x-mcp-auth: {error.message}", hint=error.hint, is_public=True) from None
        return headers
