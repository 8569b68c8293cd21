"""A body for a provider that is not JSON and may be large."""

from __future__ import annotations

from collections.abc import AsyncIterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Upload:
    """The body as it is read, once; it holds no key of the gateway.

    Args:
        size: of all pieces, bytes.
        content_type: its media type with all parameters.
    """

    pieces: AsyncIterable[bytes]
    size: int
    content_type: str
