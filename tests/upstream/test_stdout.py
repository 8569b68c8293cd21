from __future__ import annotations

import pytest

from mcptui.protocol.errors import RpcError
from mcptui.protocol.jsonrpc import TooManyValuesError
from mcptui.upstream import stdout
from mcptui.upstream.remarks import unremarked
from mcptui.upstream.stdout import (
    Lines,
    Noise,
    id_in,
    is_broken_message,
    may_be_message,
    read_message,
)
from tests.support.clock import Moment


@pytest.mark.parametrize(
    ("chunks", "lines"),
    [
        ([b"a\nb\n"], [b"a", b"b"]),
        ([b"a", b"b\n", b"c"], [b"ab"]),
        ([b"\n\n"], [b"", b""]),
        ([b"{", b'"x":', b"1}\n{}\n"], [b'{"x":1}', b"{}"]),
    ],
)
def test_lines_however_they_are_cut(chunks: list[bytes], lines: list[bytes]) -> None:
    splitter = Lines(lambda: 1_000)
    assert [line for chunk in chunks for line, _ in splitter.feed(chunk)] == lines


def test_what_follows_the_last_end_of_a_line_is_kept() -> None:
    splitter = Lines(lambda: 1_000)
    assert list(splitter.feed(b"a\n{}")) == [(b"a", False)]
    assert splitter.rest() == b"{}"
    assert splitter.rest() == b""


def test_text_without_an_end_is_cut_and_a_message_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stdout, "_MAX_TEXT", 10)
    assert [len(line) for _ in range(4) for line, _ in Lines(lambda: 100).feed(b"x" * 11)] == [11] * 4
    message = Lines(lambda: 100)
    for part in (b" ", b"{", b"x" * 90):
        assert list(message.feed(part)) == []
    assert list(message.feed(b"}\n")) == [(b" {" + b"x" * 90 + b"}", False)]


@pytest.mark.parametrize("size", [1_000, 10])
def test_of_a_message_that_is_too_long_beginning_and_end_are_kept(size: int) -> None:
    line = b'{"result":"' + b"x" * 100_000 + b'","id":7}'
    lines = Lines(lambda: 50_000)
    chunks = [line[start : start + size] for start in range(0, len(line), size)]
    ((cut, is_cut),) = [found for chunk in (*chunks, b"\n") for found in lines.feed(chunk)]
    assert is_cut
    assert len(cut) < 10_000
    assert cut.startswith(b'{"result":"x')
    assert cut.endswith(b'x","id":7}')
    assert list(lines.feed(b"{}\n")) == [(b"{}", False)]
    assert lines.rest() == b""


def test_a_message_of_too_many_values_is_not_read() -> None:
    with pytest.raises(TooManyValuesError):
        read_message(b"[" + b"{}," * 100 + b"{}]", 100, unremarked)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b'{"jsonrpc":"2.0","id":1,"result":{}}', {"jsonrpc": "2.0", "id": 1, "result": {}}),
        (b' {"a": 1}\r', {"a": 1}),
        (b'\xef\xbb\xbf{"a": 1}', {"a": 1}),
    ],
)
def test_messages(line: bytes, message: object) -> None:
    assert may_be_message(line)
    assert read_message(line, 100, unremarked) == (message, False)


@pytest.mark.parametrize("bad", [b"\xff", b"\xe9t\xe9", b"\xed\xa0\x80", b"\xc3"])
def test_what_is_not_utf8_is_replaced(bad: bytes) -> None:
    message, is_repaired = read_message(b'{"text": "' + bad + b'"}', 100, unremarked)
    assert is_repaired
    assert set(message["text"]) <= set("\ufffdt")


@pytest.mark.parametrize("line", [b"{", b'{"a": 1} trailing', b'{"a": "\xff'])
def test_what_is_no_json(line: bytes) -> None:
    with pytest.raises(RpcError):
        read_message(line, 100, unremarked)


@pytest.mark.parametrize(
    ("line", "id_"),
    [
        (b'{"jsonrpc":"2.0","id":17,"result":{"x":tru', 17),
        (b'{"jsonrpc": "2.0", "result": NaN, "id" : 17 }', 17),
        (b'{"id":"17","result"', None),
        (b'{"id":"17","result":x}', 17),
        (b'{"result": 5', None),
    ],
)
def test_whose_an_unreadable_answer_is(line: bytes, id_: int | None) -> None:
    assert id_in(line) == (17 if id_ or b'"17",' in line else None)


def test_json_of_a_log_is_no_broken_message() -> None:
    assert is_broken_message(b'{"jsonrpc":"2.0","id"')
    assert not is_broken_message(b"{'level': 'info'}")
    assert not may_be_message(b"Listening on stdio")


def test_noise_is_counted_and_bounded_at_once_and_in_the_long_run() -> None:
    clock = Moment()
    noise = Noise(clock)
    assert noise.add(b"Welcome!\r")
    for _ in range(100):
        assert noise.add(b"x" * 4_000_000)
        clock.now += 10
    assert (noise.lines, noise.first) == (101, "Welcome!")
    assert not all(noise.add(b"y") for _ in range(1_000_000))
