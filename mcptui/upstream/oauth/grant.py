"""What a login leaves behind: one JSON text in the secret store."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from time import time
from typing import Any, Final, Protocol

from mcptui.upstream.oauth.errors import TokenRefusedError

#: A token is renewed this long before it expires, or after nine tenths of its life, seconds.
AHEAD: Final = 60.0


class Secrets(Protocol):
    """The secret store, without blocking."""

    async def get(self, path: str) -> str | None:
        """The secret, or None."""
        ...

    async def set(self, path: str, value: str) -> None:
        """Keep a secret."""
        ...

    async def delete(self, path: str) -> None:
        """Forget a secret."""
        ...


class Resolve(Protocol):
    """Replaces references in a text of the state file."""

    async def __call__(self, text: str) -> str:
        """The text; raises a McptuiError."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """Who the gateway is to an authorization server."""

    id: str
    secret: str | None = field(default=None, repr=False)
    #: Its private key, as PEM or JWK, and the algorithm that it signs with there.
    key: str | None = field(default=None, repr=False)
    signature: str = ""
    auth_method: str = "none"
    redirect_uri: str = ""
    #: "registered" by us, "configured" by the user, or the "url" of a document about us.
    origin: str = "registered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """Tokens, and everything that renewing and revoking them needs; bound to one server and one issuer."""

    server_url: str
    issuer: str
    token_endpoint: str
    revocation_endpoint: str | None
    resource: str
    client: Client
    access_token: str = field(repr=False)
    refresh_token: str | None = field(default=None, repr=False)
    scope: str | None = None
    #: Seconds since the epoch; None where the server did not say.
    expires: float | None = None
    renew: float | None = None

    def renewed(self, answer: Mapping[str, Any]) -> Grant:
        """With the tokens of a token endpoint's answer; what it leaves out stays (RFC 6749 §6)."""
        values: dict[str, Any] = {
            name: getattr(self, name) for name in self.__slots__ if name not in ("expires", "renew")
        }
        return Grant(**values | tokens_of(answer, self.scope, self.refresh_token))

    @property
    def has_expired(self) -> bool:
        """Whether the access token is of no use any more."""
        return self.expires is not None and time() >= self.expires

    @property
    def wants_renewal(self) -> bool:
        """Whether it is about to expire."""
        return self.renew is not None and time() >= self.renew

    def to_text(self) -> str:
        """For the secret store."""
        return json.dumps(asdict(self), separators=(",", ":"))

    @classmethod
    def from_text(cls, text: str) -> Grant | None:
        """Inverse of :meth:`to_text`; None where it is something else."""
        try:
            value = json.loads(text)
            return cls(**value | {"client": Client(**value["client"])})
        except (ValueError, TypeError, KeyError):
            return None


def tokens_of(answer: Mapping[str, Any], scope: str | None, refresh_token: str | None) -> dict[str, Any]:
    """The fields of a :class:`Grant` that a token endpoint's answer sets (RFC 6749 §5.1).

    Raises:
        TokenRefusedError: it is none, or not about bearer tokens.
    """
    token = answer.get("access_token")
    if not isinstance(token, str) or not token or str(answer.get("token_type", "bearer")).lower() != "bearer":
        raise TokenRefusedError("the token endpoint's answer holds no bearer token")
    stated, refresh = answer.get("scope"), answer.get("refresh_token")
    try:
        life = float(answer["expires_in"])
    except (KeyError, TypeError, ValueError):
        life = None
    now = time()
    return {
        "access_token": token,
        "refresh_token": refresh if isinstance(refresh, str) and refresh else refresh_token,
        "scope": stated if isinstance(stated, str) else scope,
        "expires": None if life is None else now + life,
        "renew": None if life is None else now + max(life - AHEAD, life * 0.9),
    }
