"""Protocol revisions and the two eras of MCP."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

#: handshake: sessions opened by ``initialize`` (≤ 2025-11-25) · stateless: one POST a request (2026-07-28).
Era: TypeAlias = Literal["handshake", "stateless"]

HANDSHAKE_VERSIONS: Final = ("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25")
STATELESS_VERSIONS: Final = ("2026-07-28",)
LATEST_HANDSHAKE: Final = HANDSHAKE_VERSIONS[-1]
LATEST_STATELESS: Final = STATELESS_VERSIONS[-1]

#: What a handshake request without version and session means (2025-06-18 basic/transports).
ASSUMED_VERSION: Final = "2025-03-26"

#: The only revision in which a client may send JSON-RPC batches.
BATCH_VERSION: Final = "2025-03-26"


def negotiate_handshake(requested: object) -> str:
    """The version to answer an ``initialize`` with: the requested one if known, else the newest."""
    return requested if isinstance(requested, str) and requested in HANDSHAKE_VERSIONS else LATEST_HANDSHAKE
