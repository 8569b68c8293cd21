"""The head of a request as bytes (RFC 9112 §3, §5)."""

from __future__ import annotations

import re
from collections.abc import Mapping
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
    lines = []
    for name, value in headers.items():
        if _ENDS.search(value) or not _NAME.fullmatch(name):
            raise BadHeaderError(f"the header {name!r} cannot be sent" if _NAME.fullmatch(name) else "a header's name")
        lines.append(f"{name}: {value}\r\n")
    return "".join(lines).encode("utf-8", "surrogateescape")


def request_line(method: str, address: Address) -> bytes:
    """The request line and the Host header."""
    return f"{method} {address.target} HTTP/1.1\r\nhost: {address.authority}\r\n".encode("ascii")
