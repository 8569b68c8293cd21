"""The head of a request as bytes (RFC 9112 §3, §5)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from mcptui.upstream.wire.address import Address
from mcptui.upstream.wire.errors import BadHeaderError

_NAME: Final = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_ENDS: Final = re.compile(r"[\r\n\0]")


def header_lines(headers: Mapping[str, str]) -> bytes:
    """One line for each header.

    Raises:
        BadHeaderError: a name is no token, or a value would end its line.
    """
    # Most come again with the next request.
    return b"".join([_again(*each) if len(each[1]) <= _SHORT else _line(*each) for each in headers.items()])


def _line(name: str, value: str) -> bytes:
    if not _NAME.fullmatch(name):
        raise BadHeaderError("a header's name")
    if _ENDS.search(value):
        raise BadHeaderError(f"the header {name!r} cannot be sent")
    return f"{name}: {value}\r\n".encode("utf-8", "surrogateescape")


#: Longer values are not remembered, characters.
_SHORT: Final = 256
_again: Final = lru_cache(maxsize=1024)(_line)


def request_line(method: str, address: Address) -> bytes:
    """The request line and the Host header."""
    return f"{method} {address.target} HTTP/1.1\r\nhost: {address.authority}\r\n".encode("ascii")
