"""The targets of the fuzzer take what it begins with, what has broken them once, and some bytes more."""

from __future__ import annotations

from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz.targets import SEEDS, TARGETS

#: A number of more digits than Python reads.
_LONG: Final = b"9" * 5_000

#: What has broken a target, by its name; mended since.
FOUND: Final[dict[str, tuple[bytes, ...]]] = {
    "event_streams": (b"retry: %b\ndata: a\n\n" % _LONG,),
    "state_files": (
        b"[gateway]\nport = %b\n" % _LONG,
        b"[keys.k]\nhash = 'sha256:%b'\nexpires = 9999-12-31T23:59:59-23:59\n" % (b"a" * 64),
        b"a = %b" % (b"[" * 9_000),
    ),
    "schemas": (b'{"properties":{"a":{"$ref":"#/x/%b"}},"x":[1]}' % _LONG,),
    "messages": (b'{"a":%b}' % _LONG,),
    "messages_of_servers": (b'\xef\xbb\xbf{"id":%b,"a":NaN}' % _LONG,),
    "imports": (b"claude mcp add --callback-port %b a https://a.example" % _LONG,),
    "headers_of_clients": (_LONG, b"=?base64?YQ=\xff?=\0mcp-name"),
}


@pytest.mark.parametrize("name", TARGETS)
def test_what_is_known(name: str) -> None:
    for data in (b"", b"\0", *SEEDS[name], *FOUND.get(name, ())):
        TARGETS[name](data)
        for end in range(0, len(data), max(len(data) // 20, 7)):
            TARGETS[name](data[:end])


@pytest.mark.parametrize("name", TARGETS)
@given(data=st.binary(max_size=40))
def test_bytes(name: str, data: bytes) -> None:
    TARGETS[name](data)
