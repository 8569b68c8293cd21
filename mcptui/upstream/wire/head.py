"""The head of a request as bytes (RFC 9112 §3, §5)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from mcptui.memo import Memo
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
    return b"".join([_LINES[each] for each in headers.items()])


def _line(header: tuple[str, str]) -> bytes:
    name, value = header
    if not _NAME.fullmatch(name):
        raise BadHeaderError("a header's name")
    if _ENDS.search(value):
        raise BadHeaderError(f"the header {name!r} cannot be sent")
    return f"{name}: {value}\r\n".encode("utf-8", "surrogateescape")


_LINES: Final = Memo(_line, 1024)


def request_line(method: str, address: Address) -> bytes:
    """The request line and the Host header."""
    return f"{method} {address.target} HTTP/1.1\r\nhost: {address.authority}\r\n".encode("ascii")
