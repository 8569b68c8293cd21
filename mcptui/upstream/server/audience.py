"""For whom a server's lists are read, as far as it may tell clients apart: what they declare, and their session."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final, NamedTuple

from mcptui.protocol import jsonrpc


@dataclass(frozen=True, slots=True)
class Profile:
    """What a client declares."""

    #: Equal for equal capabilities; "" for none.
    digest: str = ""
    capabilities: Mapping[str, Any] = field(default_factory=dict, compare=False)


#: That of a client that declares nothing, and of the gateway itself.
PLAIN: Final = Profile()


class Audience(NamedTuple):
    """One client, or all that are alike."""

    profile: Profile = PLAIN
    #: The client's session of the handshake era, else "".
    session: str = ""


#: Everybody of whom nothing is known.
ANYBODY: Final = Audience()


def profile_of(capabilities: Mapping[str, Any]) -> Profile:
    """The profile of a client with these capabilities."""
    return _profile(jsonrpc.canonical(capabilities)) if capabilities else PLAIN


@lru_cache(maxsize=256)
def _profile(encoded: bytes) -> Profile:
    return Profile(hashlib.sha256(encoded).hexdigest()[:16], jsonrpc.decode(encoded))
