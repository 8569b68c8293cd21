"""What may be kept of a request: no secrets, and no more than its beginning."""

from __future__ import annotations

import itertools
from typing import Any, Final

import orjson

from mcptui.memo import Memo
from mcptui.protocol import jsonrpc, keys
from mcptui.protocol.keys import MARK, without_gateway_keys
from mcptui.secrets.known import SECRET_MARK, KnownSecrets
from mcptui.secrets.recognition import is_count_name, is_secret_name, may_have_secret_name

_MASK: Final = "••••"
#: Names of the protocol: this one says to which call a report of progress belongs, and opens nothing.
_NO_SECRETS: Final = frozenset({"progressToken"})
_CUT: Final = frozenset({"cut", "bytes", "beginning"})


def may_stay(value: Any, limit: int, known: KnownSecrets) -> bool:
    """Whether nothing in ``value`` is to be masked, and it has at most ``limit`` bytes as JSON; false where in doubt.

    Most calls are harmless, and one look at all of a record takes a third of the time of a look at each part.
    """
    try:
        encoded = orjson.dumps(value)
    except TypeError:
        return False
    if len(encoded) > limit or not encoded.isascii() or _has_secret_name(value):
        return False
    return not known.are_in(encoded) and without_gateway_keys(encoded) is encoded


def _has_secret_name(value: Any) -> bool:
    """Whether :func:`mask` may replace something in ``value``; a list may be a tuple here."""
    if isinstance(value, dict):
        for name, item in value.items():
            if _SECRET_NAMES[name] or (isinstance(item, (dict, list)) and _has_secret_name(item)):
                return True
    elif isinstance(value, (list, tuple)):
        for item in value:
            if isinstance(item, (dict, list, tuple)) and _has_secret_name(item):
                return True
    return False


_SECRET_NAMES: Final = Memo(is_secret_name, 4096)


def kept(value: Any, limit: int, known: KnownSecrets) -> Any:
    """``value`` with secrets masked, by their name or where they are ``known``; only its beginning if it has more than
    ``limit`` bytes as JSON."""
    if value is None:
        return None
    try:
        encoded = orjson.dumps(value)
    except TypeError:  # what the history does not store either: integers beyond 64 bits, half characters
        return _beginning(jsonrpc.encode(mask(value)), limit, known)
    if may_have_secret_name(encoded) and _has_secret_name(value):
        value = mask(value)
        encoded = orjson.dumps(value)
    if known.may_be_in(encoded):
        value = without(value, known)
        encoded = orjson.dumps(value)
    if (cleaned := without_gateway_keys(encoded)) is not encoded:
        value, encoded = orjson.loads(cleaned), cleaned
    if len(encoded) <= limit:
        return value
    # What was cut before is as long as its text with every quote escaped.
    was_cut = isinstance(value, dict) and value.keys() == _CUT and len(encoded) <= 3 * limit
    return value if was_cut else _beginning(encoded, limit, known)


def beginning(value: Any, size: int, limit: int, known: KnownSecrets) -> Any:
    """What :func:`kept` makes of a value that has ``size`` bytes, far above ``limit``, without writing all of it."""
    cut = _beginning(jsonrpc.encode(mask(_shortened(value, limit + known.longest))), limit, known)
    return {**cut, "bytes": size}


def _shortened(value: Any, limit: int) -> Any:
    """As much of ``value`` as its first ``limit`` bytes as JSON may show; what is cut reaches beyond them."""
    if isinstance(value, str):
        return value[:limit]
    if isinstance(value, dict):
        return {key: _shortened(item, limit) for key, item in itertools.islice(value.items(), limit // 8)}
    if isinstance(value, list):
        return [_shortened(item, limit) for item in value[: limit // 8]]
    return value


def kept_text(text: str, limit: int, known: KnownSecrets) -> str:
    """The first ``limit`` characters of ``text``, which is longer; a secret across their end is no part of them."""
    start = known.beginning(text, limit).encode("utf-8", "surrogatepass")
    return keys.beginning(start, len(start)).decode("utf-8", "surrogatepass")[:limit]


def shown_text(text: str, known: KnownSecrets) -> str:
    """``text`` without the secrets in use and without keys of the gateway."""
    return without_gateway_keys(known.without(text).encode("utf-8", "backslashreplace")).decode()


def mask(value: Any) -> Any:
    """``value`` with everything under a secret's name replaced, however deep it lies there."""
    if isinstance(value, dict):
        return {name: _covered(item, name) if _hides(name, item) else mask(item) for name, item in value.items()}
    if isinstance(value, list):
        return [mask(item) for item in value]
    return value


def _hides(name: str, value: Any) -> bool:
    return is_secret_name(name) and not (name in _NO_SECRETS and isinstance(value, (str, int)))


def _covered(value: Any, name: str) -> Any:
    """``value`` of ``name`` with all texts and numbers in it replaced; what only says how many there are stays."""
    if isinstance(value, str):
        return _MASK
    if isinstance(value, dict):
        return {inner: _covered(item, inner if is_count_name(inner) else name) for inner, item in value.items()}
    if isinstance(value, list):
        return [_covered(item, name) for item in value]
    if isinstance(value, (int, float)) and not isinstance(value, bool) and not is_count_name(name):
        return _MASK
    return value


def without(value: Any, known: KnownSecrets) -> Any:
    """``value`` with every known secret in its texts, names and numbers replaced."""
    if isinstance(value, str):
        return known.without(value)
    if isinstance(value, dict):
        return {known.without(name): without(item, known) for name, item in value.items()}
    if isinstance(value, list):
        return [without(item, known) for item in value]
    if isinstance(value, (int, float)) and known.without(text := str(value)) != text:
        return SECRET_MARK
    return value


def is_masked(value: Any) -> bool:
    """Whether something in ``value`` was masked or cut, so that it is not what was sent."""
    if isinstance(value, dict):
        return value.keys() == _CUT or any(is_masked(item) for item in value.values())
    if isinstance(value, list):
        return any(is_masked(item) for item in value)
    return isinstance(value, str) and (value == _MASK or MARK in value or SECRET_MARK in value)


def _beginning(encoded: bytes, limit: int, known: KnownSecrets) -> dict[str, Any]:
    text = keys.beginning(known.beginning(encoded, limit), limit).decode("utf-8", "replace")
    # Where something was cut before, marks are longer than what they stand for may be.
    return {"cut": True, "bytes": len(encoded), "beginning": known.without(text)[:limit]}
