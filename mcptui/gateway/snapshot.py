"""One revision of the state with everything that is derived from it; a request sees one from start to end."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from mcptui.access import Access, decide
from mcptui.access.levels import ServerSets
from mcptui.gateway.identity import clock
from mcptui.gateway.identity.client_headers import ClientHeaders, Headers, forwarded_secrets, read_client_headers
from mcptui.gateway.identity.networks import is_allowed_from
from mcptui.gateway.principal import KeyPrincipal, Operator, Principal
from mcptui.gateway.scope import Scope
from mcptui.model import Key, State
from mcptui.protocol.keys import MARK, key_digest
from mcptui.state.loaded import Loaded

#: What stands between the separators of paths, queries and lists.
_PART: Final = re.compile(r"[^\s/,?&=;:@]+")


class Snapshot:
    """An immutable state, indexed for requests."""

    def __init__(self, loaded: Loaded) -> None:
        self.state: State = loaded.state
        self.revision = loaded.revision
        self._by_digest = {
            digest: key for key in self.state.keys.values() for digest in (key.hash, key.previous_hash) if digest
        }
        self._sets = ServerSets(self.state)
        self._access: dict[Principal, Access] = {}
        self._forwarded = forwarded_secrets(self.state.servers.values())
        self._rate_limits: dict[str, Mapping[str, int]] = {}
        #: Whether keys log in themselves anywhere.
        self.has_own_logins = any(server.auth.has_own_logins for server in self.state.servers.values())

    def key_with(self, digest: str) -> tuple[Key | None, str | None]:
        """The key whose credential has this :func:`~mcptui.protocol.keys.key_digest`, and why it must not be used:
        unknown, disabled or expired.

        Only the digest is looked up: a key has 256 bits of entropy, so equal digests are found in a map and
        nothing can be learnt from the time it takes.
        """
        key = self._by_digest.get(digest)
        if key is None:
            return None, "unknown"
        if not key.enabled:
            return key, "disabled"
        return key, None if _works(key, digest) else "expired"

    def client_headers(self, headers: Headers, *, with_key: bool = True) -> ClientHeaders | None:
        """The credentials for servers in a request's headers; None where there are none."""
        return read_client_headers(
            headers, self.state.servers, self._forwarded, with_key=with_key, is_key=self._holds_key
        )

    def _holds_key(self, value: str) -> bool:
        """Whether a header holds a key of this gateway, bare or with a scheme; sent twice, it has two values."""
        values = [text.strip() for text in value.split(",")]
        texts = (text for each in values for text in (each, each.partition(" ")[2].strip()))
        return any(key_digest(text) in self._by_digest for text in texts)

    def without_keys(self, text: str) -> str:
        """``text``, such as a path, with every key of this gateway between its separators replaced by a mark."""
        return _PART.sub(lambda part: MARK if key_digest(part[0]) in self._by_digest else part[0], text)

    def is_valid(self, principal: Principal) -> bool:
        """Whether the principal's key still exists and works, with this credential and from this address."""
        if isinstance(principal, Operator):
            return True
        key = self.state.keys.get(principal.name)
        return (
            key is not None
            and _works(key, principal.credential)
            and (principal.credential is None or is_allowed_from(principal.address, key.networks))
        )

    def key(self, principal: Principal) -> Key | None:
        """The key that ``principal`` sends; None for the operator, and where the key exists no more."""
        return self.state.keys.get(principal.name) if isinstance(principal, KeyPrincipal) else None

    def access(self, principal: Principal) -> Access:
        """What ``principal`` may use."""
        access = self._access.get(principal)
        if access is None:
            name = principal.name if isinstance(principal, KeyPrincipal) else None
            access = self._access[principal] = decide(self.state, name, self._sets)
        return access

    def rate_limits(self, key: Key) -> Mapping[str, int]:
        """Who is limited to how many requests a minute where ``key`` sends one: itself, and the team it belongs to."""
        limits = self._rate_limits.get(key.name)
        if limits is None:
            limits = self._rate_limits[key.name] = _rate_limits(self.state, key)
        return limits

    def scope(self, principal: Principal, named: str) -> Scope | None:
        """The scope that ``a,b,@group`` means; None where ``principal`` may use nothing of it."""
        access = self.access(principal)
        names = tuple(text.strip() for text in named.split(","))
        if not any(access.allows_server(name) for name in self.servers_in(names)):
            return None
        return Scope(names, bare=len(names) == 1 and names[0] in self.state.servers)

    def servers_in(self, texts: Iterable[str]) -> tuple[str, ...]:
        """The servers that several names mean, each once, in the order of the names."""
        return tuple(dict.fromkeys(name for text in texts for name in self.servers_named(text)))

    def servers_named(self, text: str) -> tuple[str, ...]:
        """The servers that ``name``, ``group``, ``@group`` or ``*`` means in a request, in file order."""
        if text not in self.state.servers and text in self.state.groups:
            text = f"@{text}"
        named = self._sets.named_by(text)
        return tuple(name for name in self.state.servers if name in named)


def _rate_limits(state: State, key: Key) -> dict[str, int]:
    limits = {}
    if key.rpm is not None:
        limits[f"key {key.name}"] = key.rpm
    user = state.users.get(key.user) if key.user is not None else None
    team = state.teams.get(key.team or (user.team if user is not None else None) or "")
    if team is not None and team.rpm is not None:
        limits[f"team {team.name}"] = team.rpm
    return limits


def _works(key: Key, digest: str | None) -> bool:
    """Whether the key works now, with its credential ``digest`` where that is known."""
    if key.expires is None and (digest is None or digest == key.hash):
        return key.enabled  # most keys: nobody needs to know what time it is
    now = clock.now()
    return key.works(now) and (digest is None or _is_current(key, digest, now))


def _is_current(key: Key, digest: str, now: datetime) -> bool:
    """Whether ``digest`` is the key's; the one before a rotation only for the overlap."""
    if digest == key.hash:
        return True
    return digest == key.previous_hash and key.previous_expires is not None and key.previous_expires > now
