"""What the start of a process tells of a server."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from mcptui.model import Server
from mcptui.upstream.call import Peer
from mcptui.upstream.connect import Identity
from mcptui.upstream.errors import UpstreamError
from mcptui.upstream.server import opening as module
from mcptui.upstream.server.health import ServerHealth
from mcptui.upstream.server.known import Known
from mcptui.upstream.server.opening import Opening

PEER = Peer(era="handshake", version="2025-11-25", capabilities={}, server_info={"name": "s", "version": "1"})
NEWER = replace(PEER, server_info={"name": "s", "version": "2"})


class World:
    """A server that is reached, or not; how is kept."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.peer = PEER
        self.error: UpstreamError | None = None
        self.eras: list[str | None] = []
        self.states: list[str] = []
        monkeypatch.setattr(module, "launch", self._reach)
        monkeypatch.setattr(module, "connect", self._reach)

    async def _reach(self, server: Any, deps: Any, identity: Any, negotiated: Any, *_: Any) -> Any:
        self.eras.append(negotiated.era)
        if self.error is not None:
            raise self.error
        return SimpleNamespace(peer=self.peer)

    def opening(self, known: Known) -> Opening:
        health = ServerHealth("s", True, lambda: self.states.append(health.state))
        deps: Any = None
        return Opening(known, deps, health, None, None)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    return World(monkeypatch)


@pytest.fixture
def restored() -> Known:
    known = Known(Server(name="s", command="x"))
    known.restored(PEER)
    return known


async def open_(opening: Opening, *, beside: bool = False) -> Any:
    return await opening.open(Identity(), lambda *_: None, beside=beside)


async def test_a_process_of_a_server_that_is_known_is_ready_once_it_has_answered(world: World, restored: Known) -> None:
    await open_(world.opening(restored))
    assert (world.states, world.eras) == (["starting", "ready"], ["handshake"])


async def test_one_that_is_not_known_is_starting_until_its_lists_are_read(world: World) -> None:
    await open_(world.opening(Known(Server(name="s", command="x"))))
    assert (world.states, world.eras) == (["starting"], [None])


async def test_a_url_does_not_start(world: World) -> None:
    await open_(world.opening(Known(Server(name="s", url="http://x"))))
    assert world.states == []


async def test_another_version_is_asked_for_its_era_at_the_next_start(world: World, restored: Known) -> None:
    world.peer = NEWER
    opening = world.opening(restored)
    assert opening.is_other_version(await open_(opening))
    await open_(opening)
    assert world.eras == ["handshake", None]


async def test_beside_a_stateless_server_hands_are_shaken(world: World) -> None:
    known = Known(Server(name="s", command="x"))
    known.restored(replace(PEER, era="stateless"))
    await open_(world.opening(known), beside=True)
    await open_(world.opening(known))
    assert world.eras == ["handshake", "stateless"]


async def test_a_failure_is_the_callers(world: World, restored: Known) -> None:
    world.error = UpstreamError("it exited")
    with pytest.raises(UpstreamError):
        await open_(world.opening(restored))
