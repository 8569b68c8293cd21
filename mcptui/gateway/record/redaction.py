"""What may be kept of a request: no secrets, and no more than its beginning."""

from __future__ import annotations

import itertools
import re
from typing import Any, Final

import orjson

from mcptui.protocol import jsonrpc
from mcptui.protocol.keys import MARK, without_gateway_keys

_NAMES: Final = "key|token|secret|passw|authori[sz]ation|credential|cookie"
_SECRET_NAME: Final = re.compile(_NAMES, re.IGNORECASE)
_SECRET_BYTES: Final = re.compile(_NAMES.encode(), re.IGNORECASE)
_MASK: Final = "••••"
_KEY_BYTES: Final = 64
_CUT: Final = frozenset({"cut", "bytes", "beginning"})


def kept(value: Any, limit: int) -> Any:
    """``value`` with secrets masked; only its beginning if it has more than ``limit`` bytes as JSON."""
    if value is None:
        return None
    try:
        encoded = orjson.dumps(value)
    except TypeError:  # what the history does not store either: integers beyond 64 bits, half characters
        return _beginning(jsonrpc.encode(mask(value)), limit)
    if _SECRET_BYTES.search(encoded) is not None:
        value = mask(value)
        encoded = orjson.dumps(value)
    if (without := without_gateway_keys(encoded)) is not encoded:
        value, encoded = orjson.loads(without), without
    # What was cut before is as long as its text with every quote escaped.
    most = 3 * limit if isinstance(value, dict) and value.keys() == _CUT else limit
    return value if len(encoded) <= most else _beginning(encoded, limit)


def beginning(value: Any, size: int, limit: int) -> Any:
    """What :func:`kept` makes of a value that has ``size`` bytes, far above ``limit``, without writing all of it."""
    cut = _beginning(jsonrpc.encode(mask(_shortened(value, limit))), limit)
    return {**cut, "bytes": size}


def _shortened(value: Any, limit: int) -> Any:
    """As much of ``value`` as its first ``limit`` bytes may show."""
    if isinstance(value, str):
        return value[:limit]
    if isinstance(value, dict):
        return {key: _shortened(item, limit) for key, item in itertools.islice(value.items(), limit // 8)}
    if isinstance(value, list):
        return [_shortened(item, limit) for item in value[: limit // 8]]
    return value


def mask(value: Any) -> Any:
    """``value`` with what stands under a secret's name replaced."""
    if isinstance(value, dict):
        return {
            key: _MASK if isinstance(item, str) and _SECRET_NAME.search(key) else mask(item)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [mask(item) for item in value]
    return value


def is_masked(value: Any) -> bool:
    """Whether something in ``value`` was masked or cut, so that it is not what was sent."""
    if isinstance(value, dict):
        return value.keys() == _CUT or any(is_masked(item) for item in value.values())
    if isinstance(value, list):
        return any(is_masked(item) for item in value)
    return value == _MASK or (isinstance(value, str) and MARK in value)


def _beginning(encoded: bytes, limit: int) -> dict[str, Any]:
    # A key may lie across the end of what is kept.
    text = without_gateway_keys(encoded[: limit + _KEY_BYTES])[:limit].decode("utf-8", "replace")
    return {"cut": True, "bytes": len(encoded), "beginning": text}
