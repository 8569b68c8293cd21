from __future__ import annotations

from dataclasses import dataclass

import pytest

from mcptui.gateway.fronts.mcp import session
from mcptui.gateway.fronts.mcp.kept import Kept
from mcptui.gateway.fronts.mcp.session import Session
from mcptui.gateway.principal import KeyPrincipal
from mcptui.gateway.scope import ALL


@dataclass(eq=False)
class Stream:
    """Keeps something of its owner."""

    all_kept: Kept
    owner: str
    bytes: int = 0
    ended: bool = True

    def keep(self, more: int) -> None:
        self.bytes += more
        self.all_kept.note(self.owner, self)

    def drop(self) -> None:
        self.bytes = 0
        self.all_kept.note(self.owner, self)


def test_who_has_most_loses_the_oldest_that_has_ended() -> None:
    kept = Kept(100)
    mine = [Stream(kept, "me", ended=ended) for ended in (False, True, True, True)]
    yours = Stream(kept, "you")
    yours.keep(30)
    for stream in mine:
        stream.keep(20)
    assert [stream.bytes for stream in mine] == [20, 0, 20, 20]
    assert (yours.bytes, kept.bytes) == (30, 90)


def test_without_one_that_has_ended_the_oldest_loses_what_waits() -> None:
    kept = Kept(100)
    streams = [Stream(kept, "me", ended=False) for _ in range(3)]
    for stream in streams:
        stream.keep(40)
    assert [stream.bytes for stream in streams] == [0, 40, 40]


def test_the_only_one_keeps_what_comes_whatever_its_size() -> None:
    kept = Kept(100)
    stream = Stream(kept, "me")
    stream.keep(500)
    assert stream.bytes == kept.bytes == 500
    kept.forget("me", stream)
    kept.forget("nobody", stream)
    assert kept.bytes == 0


async def test_sessions_share_what_their_streams_may_keep(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "KEPT_STREAMS", 1)
    kept = Kept(100)
    first, second = (Session(KeyPrincipal("k"), ALL, "2025-11-25", {}, kept) for _ in range(2))
    answered, other = first.new_stream(), second.new_stream()
    await answered.write(b"x" * 60)
    await answered.end()
    await other.write(b"x" * 60)
    assert (answered.bytes, other.bytes, kept.bytes) == (0, 60, 60)
    first.standalone.put(b"x" * 10)
    second.new_stream()
    assert kept.bytes == 10, "nobody comes back for a stream that the session has forgotten"
    first.end()
    first.standalone.put(b"x")
    assert kept.bytes == 0, "nor for one of a session that has ended"
