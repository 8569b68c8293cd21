from __future__ import annotations

import asyncio
from typing import Any

import pytest

from mcptui.daemon.head_with_body import TOGETHER, HeadWithBody

HEAD = b"HTTP/1.1 200 OK\r\n\r\n"


class Below(asyncio.Transport):
    """The transport below; keeps what is written to it."""

    def __init__(self) -> None:
        super().__init__()
        self.done: list[Any] = []

    def write(self, data: Any) -> None:
        self.done.append(bytes(data))

    def close(self) -> None:
        self.done.append("closed")

    def abort(self) -> None:
        self.done.append("aborted")

    def pause_reading(self) -> None:
        self.done.append("paused")

    def resume_reading(self) -> None:
        self.done.append("resumed")

    def is_closing(self) -> bool:
        return "closed" in self.done


@pytest.fixture
def below() -> Below:
    return Below()


@pytest.fixture
async def above(below: Below) -> HeadWithBody:
    return HeadWithBody(below, asyncio.get_running_loop(), lambda: below.done.append("watched"))


LARGE = b"x" * (TOGETHER + 1)


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ([HEAD, b"body"], [HEAD + b"body"]),
        ([HEAD, memoryview(b"body")], [HEAD + b"body"]),
        ([HEAD, b""], [HEAD]),
        ([HEAD, b"a", b"b"], [HEAD + b"a", b"b"]),
        ([HEAD, LARGE], [HEAD, LARGE]),
        ([HEAD, b"a", LARGE], [HEAD + b"a", LARGE]),
        ([HEAD, b"a", HEAD, b"b"], [HEAD + b"a", HEAD + b"b"]),
        # One that is all there is leaves when the one after it does.
        ([HEAD, HEAD, b"b"], [HEAD + HEAD, b"b"]),
        ([b"data: 1"], [b"data: 1"]),
    ],
)
async def test_a_head_leaves_with_what_follows(
    above: HeadWithBody, below: Below, written: list[bytes], sent: list[bytes]
) -> None:
    for data in written:
        above.write(data)
    assert below.done == sent
    await asyncio.sleep(0)
    assert below.done == sent


async def test_a_head_that_nothing_follows_leaves_by_itself(above: HeadWithBody, below: Below) -> None:
    above.write(HEAD)
    assert below.done == []
    await asyncio.sleep(0)
    assert below.done == [HEAD]
    above.write(b"later")
    assert below.done == [HEAD, b"later"]


async def test_closing_sends_it_and_aborting_does_not(above: HeadWithBody, below: Below) -> None:
    above.write(HEAD)
    above.close()
    assert below.done == [HEAD, "closed", "watched"]
    assert above.is_closing()
    above.write(HEAD)
    above.abort()
    await asyncio.sleep(0)
    assert below.done == [HEAD, "closed", "watched", "aborted"]


async def test_everything_else_is_the_transports(above: HeadWithBody, below: Below) -> None:
    above.pause_reading()
    above.resume_reading()
    assert below.done == ["paused", "resumed"]
    assert not above.is_closing()
    assert above.get_extra_info("socket", "none") == "none"
