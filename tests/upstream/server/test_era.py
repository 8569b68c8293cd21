"""In which era a server is spoken to on behalf of whom; whose connection that is, test_isolation.py says."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from mcptui.model import Server
from mcptui.protocol.errors import RpcError
from mcptui.protocol.versions import Era
from mcptui.upstream.call import Peer
from mcptui.upstream.errors import BusyError, NotMcpError, UpstreamError, UpstreamTimeoutError
from mcptui.upstream.lease import SHARED, Owner
from mcptui.upstream.server.era import ServerEra
from mcptui.upstream.server.known import Known

KEY, SESSION = Owner("key:k"), Owner("key:k", "session-1")
URL: dict[str, Any] = {"url": "http://s.example/mcp"}
COMMAND: dict[str, Any] = {"command": "s"}


class AnyServer:
    """What the rules see of a server, and whether it was shaken hands with."""

    def __init__(self, era: Era | None, error: Exception | None = None, **config: Any) -> None:
        self.known = Known(Server(name="s", **({} if "command" in config else URL), **config))
        if era is not None:
            self.known.peer = Peer(era=era, version="x", capabilities={})
        self.era = ServerEra(self.known)
        self.hands = 0
        self.error = error

    async def shake_hands(self) -> None:
        self.hands += 1
        if self.error is not None:
            raise self.error

    async def of(self, owner: Owner) -> Era:
        assert self.known.peer is not None
        return await self.era.of(owner, self.known.peer, self.shake_hands)


async def test_a_handshake_server_is_spoken_to_by_the_handshake() -> None:
    server = AnyServer("handshake")
    assert [await server.of(owner) for owner in (KEY, SESSION)] == ["handshake", "handshake"]
    assert server.hands == 0
    assert [server.era.holder(owner) for owner in (KEY, SESSION)] == [KEY, SESSION]


async def test_a_session_shakes_hands_with_a_server_of_both_eras() -> None:
    server = AnyServer("stateless")
    assert await server.of(KEY) == "stateless"
    assert server.hands == 0
    assert [await server.of(SESSION) for _ in range(2)] == ["handshake", "handshake"]
    assert server.hands == 2
    assert [server.era.holder(owner) for owner in (KEY, SESSION)] == [SHARED, SESSION._replace(beside=True)]
    assert [server.era.is_shared(owner) for owner in (KEY, SESSION)] == [True, False]


@pytest.mark.parametrize(
    ("where", "error"),
    [
        (URL, RpcError(-32601, "no initialize")),
        (URL, NotMcpError("no")),
        (COMMAND, RpcError(-32601, "no initialize")),
        (COMMAND, UpstreamError("the server exited with code 1", ran=True)),
        (COMMAND, UpstreamTimeoutError("it was silent")),
    ],
)
async def test_a_server_that_does_not_is_asked_once(where: dict[str, Any], error: Exception) -> None:
    server = AnyServer("stateless", error, **({} if where is URL else where))
    assert [await server.of(SESSION) for _ in range(3)] == ["stateless"] * 3
    assert server.hands == 1
    assert server.era.holder(SESSION) == (SHARED if where is URL else SESSION)


@pytest.mark.parametrize("where", [URL, COMMAND])
@pytest.mark.parametrize("error", [RpcError(-32000, "too many sessions"), NotMcpError("no")])
async def test_a_session_that_is_refused_takes_the_others_off_nothing(where: dict[str, Any], error: Exception) -> None:
    server = AnyServer("stateless", **({} if where is URL else where))
    other, third = Owner("key:k", "session-2"), Owner("key:k", "session-3")
    assert await server.of(SESSION) == "handshake"
    server.error = error
    assert [await server.of(other) for _ in range(2)] == ["stateless"] * 2
    assert server.hands == 2, "it is asked once"
    server.error = None
    assert [await server.of(each) for each in (SESSION, third)] == ["handshake"] * 2
    own = [server.era.holder(each) for each in (SESSION, other, third)]
    served = SHARED if where is URL else other
    assert own == [SESSION._replace(beside=True), served, third._replace(beside=True)]
    server.era.forget(other.session)
    assert await server.of(other) == "handshake"


async def test_a_refusal_does_not_count_where_another_session_is_taken_meanwhile() -> None:
    server, taken = AnyServer("stateless"), asyncio.Event()
    assert server.known.peer is not None
    first = asyncio.create_task(server.era.of(SESSION, server.known.peer, taken.wait))
    await asyncio.sleep(0)
    server.error = RpcError(-32000, "one at a time")
    assert await server.of(Owner("key:k", "session-2")) == "stateless"
    taken.set()
    assert await first == "handshake"
    assert server.era.holder(SESSION) == SESSION._replace(beside=True)


@pytest.mark.parametrize(
    ("where", "error"), [(URL, UpstreamError("gone")), (URL, BusyError("gone")), (COMMAND, BusyError("gone"))]
)
async def test_a_server_that_is_away_may_do_so_later(where: dict[str, Any], error: Exception) -> None:
    server = AnyServer("stateless", error, **({} if where is URL else where))
    for _ in range(2):
        with pytest.raises(UpstreamError, match="gone"):
            await server.of(SESSION)
    assert server.hands == 2


@pytest.mark.parametrize("config", [{"spec_version": "2026-07-28"}, {"isolation": "shared"}])
async def test_who_says_how_it_is_used_is_not_asked(config: dict[str, Any]) -> None:
    server = AnyServer("stateless", **config)
    assert await server.of(SESSION) == "stateless"
    assert server.hands == 0
    assert server.era.holder(SESSION) == SHARED


def test_a_server_that_nobody_has_reached_keeps_everybody_apart() -> None:
    server = AnyServer(None)
    assert [server.era.holder(owner) for owner in (KEY, SESSION)] == [KEY, SESSION]
