"""What is kept of a gateway key, and what never leaves."""

from __future__ import annotations

from mcptui.protocol.keys import KEY_PREFIX, MARK, beginning, key_digest, query_without_keys, without_gateway_keys


def test_of_a_key_its_sha256_is_kept() -> None:
    assert key_digest("sk-a") == "sha256:a4a6d307ad00fa67176e1099fdbc4f4a09bb527a7f24718a5030f2f173d11f7f"


def test_a_credential_of_any_bytes_has_a_digest() -> None:
    assert key_digest("\udcff") != key_digest("\udcfe")


def test_keys_of_the_gateway_are_replaced_wherever_they_stand() -> None:
    key = KEY_PREFIX + "A" * 43
    assert without_gateway_keys(f'{{"a":"{key}"}}'.encode()) == f'{{"a":"{MARK}"}}'.encode()
    assert without_gateway_keys(b"nothing") == b"nothing"


def test_the_beginning_of_a_text_has_no_part_of_a_key() -> None:
    text = f"a {KEY_PREFIX}{'k' * 43} b".encode()
    whole = f"a {MARK} b".encode()
    for limit in range(len(text) + 5):
        start = beginning(text, limit)
        assert len(start) <= limit
        assert b"kk" not in start
    assert beginning(text, len(text)) == whole
    assert beginning(b"x" * 10, 4) == b"xxxx"


def test_a_query_loses_its_keys_however_they_are_written() -> None:
    key = KEY_PREFIX + "A" * 43
    written = "".join(f"%{ord(each):02x}" for each in key)
    query = f"a=1&b={key}&c=x{written}&{written}=2&api%5fkey=x&KEY=y&Authorization=z&keys=3&d"
    assert query_without_keys(query.encode()) == [("a", "1"), ("keys", "3"), ("d", "")]
    assert query_without_keys(b"") == []
