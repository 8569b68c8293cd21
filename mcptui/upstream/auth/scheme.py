"""Values that may have the scheme of ``authorization`` before them already (RFC 9110 §11.4)."""

from __future__ import annotations

import re
from typing import Final

_SCHEME: Final = re.compile(r"(bearer|basic|token|digest|negotiate) \S", re.IGNORECASE)


def has_scheme(value: str) -> bool:
    """Whether ``value`` begins with a scheme."""
    return _SCHEME.match(value) is not None


def with_scheme(scheme: str, value: str) -> dict[str, str]:
    """The header for ``value``, which is not wrapped again where it has a scheme."""
    return {"authorization": value if has_scheme(value) else f"{scheme} {value}"}
