"""Gateway keys never leave: whatever text they came in with, a provider sees a mark instead."""

from __future__ import annotations

import re
from typing import Final

# The form of every key that is made here; 32 random bytes in base64url.
_KEY: Final = re.compile(rb"sk-mcptui-[A-Za-z0-9_-]{43}")
_MARK: Final = b"[removed: a key of this gateway]"


def without_gateway_keys(body: bytes) -> bytes:
    """``body`` with every gateway key in it replaced."""
    return _KEY.sub(_MARK, body)
