"""Who sends a request: the key in its headers."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from mcptui.gateway.identity.networks import is_allowed_from
from mcptui.gateway.principal import KeyPrincipal
from mcptui.gateway.snapshot import Snapshot
from mcptui.memo import Memo
from mcptui.protocol.keys import KEY_HEADERS, key_digest

_MESSAGES: Final = {
    "missing": "No key: send it as 'Authorization: Bearer KEY' or 'x-litellm-api-key: Bearer KEY'.",
    "malformed": "Authorization must have the form 'Bearer KEY'.",
    "unknown": "The key is not known here.",
    "disabled": "The key is disabled.",
    "expired": "The key has expired.",
}


class AuthError(Exception):
    """A request that is not let in: 401, 400 for several credentials, 403 from elsewhere, 429 beyond a limit."""

    def __init__(
        self,
        reason: str,
        message: str,
        status: int = 401,
        *,
        retry_after: int | None = None,
        key: str | None = None,
    ) -> None:
        super().__init__(message)
        #: The name of the key, where there is one; for the owner's eyes.
        self.key = key
        self.reason = reason
        self.message = message
        self.status = status
        self._retry_after = retry_after

    @property
    def headers(self) -> list[tuple[bytes, bytes]]:
        """What the answer carries: a challenge (RFC 6750 §3), or when to come back."""
        if self.status == 401:
            challenge = "Bearer" if self.reason == "missing" else 'Bearer error="invalid_token"'
            return [(b"www-authenticate", challenge.encode())]
        return [] if self._retry_after is None else [(b"retry-after", b"%d" % self._retry_after)]


def authenticate(headers: Mapping[str, list[str]], snapshot: Snapshot, address: str | None) -> KeyPrincipal:
    """The principal of a request that came from ``address``.

    Raises:
        AuthError: no key, or one that must not be used; says which.
    """
    for name in KEY_HEADERS:
        values = headers.get(name)
        if values is None:
            continue
        if len(values) > 1:
            raise AuthError("ambiguous", f"The header {name} was sent more than once.", 400)
        return _check(name, values[0], snapshot, address)
    raise _refused("missing")


def _check(header: str, value: str, snapshot: Snapshot, address: str | None) -> KeyPrincipal:
    digest = _DIGESTS[header, value]
    if digest is None:
        raise _refused("malformed")
    key, problem = snapshot.key_with(digest)
    if problem is not None or key is None:
        raise _refused(problem or "unknown", None if key is None else key.name)
    if not is_allowed_from(address, key.networks):
        message = f"The key may not be used from {address or 'an unknown address'}."
        raise AuthError("network", message, 403, key=key.name)
    return _principal(key.name, digest, address)


def _digest(sent: tuple[str, str]) -> str | None:
    """The digest of the key in a header; None where it has no such form."""
    header, value = sent
    scheme, _, credential = value.partition(" ")
    if scheme.lower() == "bearer" and credential:
        value = credential.strip()
    elif header == "authorization":
        return None
    return key_digest(value)


_DIGESTS: Final = Memo(_digest, 1024)


@lru_cache(maxsize=1024)
def _principal(key: str, digest: str, address: str | None) -> KeyPrincipal:
    """Every request needs one, and most are alike: looking one up takes a fifth of the time of making it."""
    return KeyPrincipal(key, digest, address)


def _refused(reason: str, key: str | None = None) -> AuthError:
    return AuthError(reason, _MESSAGES[reason], key=key)
