"""The head of a request as bytes (RFC 9112 §3, §5)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from mcptui.upstream.wire.address import Address
from mcptui.upstream.wire.errors import BadHeaderError

_NAME: Final = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")


def header_lines(headers: Mapping[str, str]) -> bytes:
    """One line for each header.

    Raises:
        BadHeaderError: a name is no token, or a value would end its line.
    """
    if not all(map(_is_token, headers)):
        raise BadHeaderError("a header's name")
    if _may_end("".join(headers.values())):
        wrong = next(name for name, value in headers.items() if _may_end(value))
        raise BadHeaderError(f"the header {wrong!r} cannot be sent")
    return "".join([f"{name}: {value}\r\n" for name, value in headers.items()]).encode("utf-8", "surrogateescape")


def _may_end(text: str) -> bool:
    """Whether a line would end in ``text``; three looks take less time than an expression."""
    return "\n" in text or "\r" in text or "\0" in text


@lru_cache(maxsize=256)
def _is_token(name: str) -> bool:
    return _NAME.fullmatch(name) is not None


def request_line(method: str, address: Address) -> bytes:
    """The request line and the Host header."""
    return f"{method} {address.target} HTTP/1.1\r\nhost: {address.authority}\r\n".encode("ascii")
