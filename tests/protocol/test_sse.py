from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcptui.protocol.sse import KEEP_ALIVE, Event, EventParser, EventTooLargeError, encode_event

LIMIT = 1_000_000

pieces = st.lists(
    st.sampled_from(
        [
            b"data: x", b"data:", b"data", b"data: {\"a\":1}", b"event: ping", b"event:", b"id: 7", b"id", b"id: a\0b",
            b"retry: 10", b"retry: x", b": comment", b"unknown: 1", b"data:  two blanks", "data: ü€😀".encode(),
            b"\n", b"\r", b"\r\n", b"\n\n", b"\r\r", b"\r\n\r\n",
        ]
    )
).map(b"".join)  # fmt: skip


@st.composite
def streams(draw: st.DrawFn) -> tuple[bytes, list[bytes]]:
    """A stream, and the same cut into arbitrary chunks, empty ones too."""
    stream = draw(pieces)
    cuts = sorted(draw(st.lists(st.integers(0, len(stream)))))
    edges = [0, *cuts, len(stream)]
    return stream, [stream[start:end] for start, end in itertools.pairwise(edges)]


def parse(*chunks: bytes) -> list[Event]:
    parser = EventParser(limit=LIMIT)
    return [event for chunk in chunks for event in parser.feed(chunk)]


@given(streams())
def test_chunks_make_no_difference(stream: tuple[bytes, list[bytes]]) -> None:
    whole, chunks = stream
    assert parse(*chunks) == parse(whole)


@given(st.binary().filter(lambda data: b"\n" not in data and b"\r" not in data), st.integers(0, 99))
def test_what_is_encoded_is_parsed(data: bytes, number: int) -> None:
    encoded = encode_event(data, event="message", id_=f"s-{number}", retry_ms=number)
    parser = EventParser(limit=LIMIT)
    assert parser.feed(KEEP_ALIVE + encoded + KEEP_ALIVE) == [Event(data, "message", f"s-{number}")]
    assert parser.retry_ms == number


@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\n"])
def test_line_ends(end: bytes) -> None:
    assert parse(end.join([b"data: a", b"data: b", b"", b"data: c", b"", b""])) == [Event(b"a\nb"), Event(b"c")]


def test_fields() -> None:
    assert parse(b"event: ping\ndata:x\nid: 1\n\n") == [Event(b"x", "ping", "1")]
    assert parse(b"data\n\n") == [Event(b"")]
    assert parse(b"data:  x\n\n") == [Event(b" x")]
    assert parse(b": only a comment\n\nevent: nothing\n\n") == []


def test_an_id_stays_until_the_next_and_one_with_nul_is_ignored() -> None:
    assert [event.id for event in parse(b"id: 1\ndata\n\ndata\n\nid: a\0b\ndata\n\nid: 2\ndata\n\nid\ndata\n\n")] == [
        "1", "1", "1", "2", "",
    ]  # fmt: skip


def test_an_event_name_does_not_stay() -> None:
    assert [event.event for event in parse(b"event: a\ndata\n\ndata\n\nevent: b\n\ndata\n\n")] == [
        "a", "message", "message",
    ]  # fmt: skip


def test_only_digits_are_a_retry_time() -> None:
    parser = EventParser(limit=LIMIT)
    parser.feed(b"retry: 1s\nretry: -1\nretry:\n\n")
    assert parser.retry_ms is None


@pytest.mark.parametrize(
    "chunks",
    [
        [b"data: " + b"x" * 200 + b"\n\n"],
        [b"data: " + b"x" * 60 + b"\n", b"data: " + b"x" * 60 + b"\n"],
        [b"x" * 60] * 3,
        [b"data: " + b"x" * 200],
        [b"data\n" * 200],
    ],
)
def test_an_event_without_end_is_refused(chunks: list[bytes]) -> None:
    parser = EventParser(limit=100)
    with pytest.raises(EventTooLargeError):
        list(map(parser.feed, chunks))


@pytest.mark.parametrize("size", [10_000, 700, 7])
@pytest.mark.parametrize("lines", [1, 20, 3_000])
def test_an_event_that_is_too_large_may_be_passed_over(lines: int, size: int) -> None:
    parser = EventParser(limit=20_000, passes_over=True)
    text = b"\n".join(b"data: " + b"x" * (60_000 // lines) for _ in range(lines))
    stream = b'data: {"id":7,\n' + text + b"\ndata: end}\n\ndata: next\n\n"
    chunks = [stream[start : start + size] for start in range(0, len(stream), size)]
    cut, following = [event for chunk in chunks for event in parser.feed(chunk)]
    assert cut.is_cut
    assert len(cut.data) <= 20_000 + 10_000
    assert cut.data.startswith(b'{"id":7,')
    assert cut.data.endswith(b"end}")
    assert (following.data, following.is_cut) == (b"next", False)


def test_a_pause_of_thousands_of_digits_is_none() -> None:
    parser = EventParser(limit=20_000)
    parser.feed(b"retry: 5\nretry: " + b"9" * 10_000 + b"\n\n")
    assert parser.retry_ms == 5


def test_the_limit_is_per_event() -> None:
    parser = EventParser(limit=100)
    assert len(parser.feed((b"data: " + b"x" * 80 + b"\n\n") * 20)) == 20


def test_a_bare_event_has_data_only() -> None:
    assert encode_event(b"{}") == b"data: {}\n\n"
