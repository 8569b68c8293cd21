"""Gateway keys: where they stand, what is kept of them, and how they are kept from leaving."""

from __future__ import annotations

import hashlib
import re
from typing import Final
from urllib.parse import parse_qsl

#: Where a request has its key: the first header present decides; a bad one is not rescued by a later good one.
KEY_HEADERS: Final = ("x-litellm-api-key", "x-mcptui-key", "authorization")
#: How every key that is made here begins.
KEY_PREFIX: Final = "sk-mcptui-"
_PREFIX: Final = KEY_PREFIX.encode("ascii")
# 32 random bytes in base64url follow.
_KEY: Final = re.compile(re.escape(_PREFIX) + rb"[A-Za-z0-9_-]{43}")
_BEGUN: Final = re.compile(re.escape(_PREFIX) + rb"[A-Za-z0-9_-]{0,42}\Z")
#: Parameters of a query in which clients of some APIs show their key.
_KEY_PARAMETERS: Final = frozenset({*KEY_HEADERS, "api-key", "x-api-key", "key", "access-token"})
#: What stands in the place of a key.
MARK: Final = "[removed: a key of this gateway]"


def key_digest(credential: str) -> str:
    """What the state keeps of a key. A key has full entropy, so a fast hash is enough."""
    return "sha256:" + hashlib.sha256(credential.encode("utf-8", "surrogateescape")).hexdigest()


def without_gateway_keys(body: bytes) -> bytes:
    """``body`` with every gateway key in it replaced by a mark: what a provider gets."""
    if _PREFIX not in body:  # a fraction of the time that the expression takes
        return body
    return _KEY.sub(MARK.encode("ascii"), body)


def query_without_keys(query: bytes) -> list[tuple[str, str]]:
    """The parameters of a query without those that are a key by their name, or have one of the gateway in them, in
    whatever way they are encoded: what a provider gets."""
    pairs = parse_qsl(query.decode("latin-1"), keep_blank_values=True)
    return [(name, value) for name, value in pairs if not _is_key(name) and KEY_PREFIX not in name + value]


def _is_key(name: str) -> bool:
    return name.lower().replace("_", "-") in _KEY_PARAMETERS


def beginning(text: bytes, limit: int) -> bytes:
    """At most the first ``limit`` bytes of ``text``, with no gateway key and no part of one in them."""
    return _BEGUN.sub(MARK.encode("ascii"), without_gateway_keys(text[:limit]))[:limit]
