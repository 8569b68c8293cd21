"""Whatever is open on behalf of a principal ends when its access does, and by nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mcptui.gateway.lifetime.lifetimes import Lifetimes, Open
from mcptui.gateway.principal import OPERATOR, KeyPrincipal
from mcptui.gateway.snapshot import Snapshot
from mcptui.model import LlmModel, Server, State
from mcptui.protocol.keys import key_digest
from mcptui.state.loaded import Loaded
from tests.support.gateway import key, state

SENT = key_digest("sk-me")
ME = KeyPrincipal("me", SENT, "127.0.0.1")
STATE = state(
    Server(name="a", url="http://a.example/mcp"),
    Server(name="b", url="http://b.example/mcp"),
    key("me", servers=("*",), models=("*",)),
    key("you", servers=("*",), models=("*",)),
    models={"m": LlmModel(name="m", base_url="http://m.example/v1", model="m")},
)


def snapshot(of: State) -> Snapshot:
    return Snapshot(Loaded(of, "revision"))


def me(**changes: Any) -> State:
    """The state with another key "me"."""
    return replace(STATE, keys={**STATE.keys, "me": replace(STATE.keys["me"], **changes)})


def without_key(state: State, name: str) -> State:
    return replace(state, keys={each: key for each, key in state.keys.items() if each != name})


def needs_server(snapshot: Snapshot) -> bool:
    return snapshot.access(ME).allows_server("a")


def needs_tool(snapshot: Snapshot) -> bool:
    return snapshot.access(ME).allows_tool("a", "echo")


def needs_model(snapshot: Snapshot) -> bool:
    return snapshot.access(ME).model("m").allowed


class MadeUp:
    """Something open, as nobody has thought of it yet."""

    def __init__(
        self, lifetimes: Lifetimes, principal: Any = ME, still_valid: Callable[[Snapshot], bool] | None = None
    ) -> None:
        self.ended = asyncio.Event()
        self.opened = Open(principal, self.ended.set, still_valid)
        lifetimes.add(self.opened)


SOON = timedelta(seconds=0.05)


@pytest.mark.parametrize(
    ("still_valid", "after"),
    [
        (None, lambda: without_key(STATE, "me")),
        (None, lambda: me(enabled=False)),
        (None, lambda: me(expires=datetime.now(UTC) + SOON)),
        (None, lambda: me(hash=key_digest("sk-new"))),
        (None, lambda: me(hash=key_digest("sk-new"), previous_hash=SENT, previous_expires=datetime.now(UTC) + SOON)),
        (None, lambda: me(networks=("192.0.2.0/24",))),
        (needs_server, lambda: me(servers=("b",))),
        (needs_tool, lambda: me(tools={"a": ("other",)})),
        (needs_server, lambda: replace(STATE, servers={"b": STATE.servers["b"]})),
        (needs_model, lambda: me(models=())),
        (needs_model, lambda: replace(STATE, models={})),
    ],
    ids=[
        "removed", "disabled", "expired", "rotated", "overlap over", "elsewhere", "narrowed", "tool taken away",
        "server removed", "model taken away", "model removed",
    ],
)  # fmt: skip
async def test_what_is_open_ends_with_its_access(
    still_valid: Callable[[Snapshot], bool] | None, after: Callable[[], State]
) -> None:
    lifetimes = Lifetimes(snapshot(STATE))
    mine = MadeUp(lifetimes, still_valid=still_valid)
    others = [MadeUp(lifetimes, KeyPrincipal("you", key_digest("sk-you"))), MadeUp(lifetimes, OPERATOR)]
    assert len(lifetimes) == 3
    lifetimes.use(snapshot(after()))
    async with asyncio.timeout(5):
        await mine.ended.wait()
    assert mine.opened not in lifetimes
    assert not any(other.ended.is_set() for other in others)
    lifetimes.close()


async def test_what_is_still_allowed_goes_on() -> None:
    lifetimes = Lifetimes(snapshot(STATE))
    mine, listening = MadeUp(lifetimes), MadeUp(lifetimes, still_valid=needs_server)
    lifetimes.use(snapshot(me(servers=("a",), description="another")))
    far = datetime.now(UTC) + timedelta(hours=1)
    lifetimes.use(snapshot(me(hash=key_digest("sk-new"), previous_hash=SENT, previous_expires=far)))
    assert not mine.ended.is_set()
    assert not listening.ended.is_set()
    lifetimes.close()


async def test_what_was_opened_last_ends_first() -> None:
    lifetimes, ended = Lifetimes(snapshot(STATE)), list[str]()
    for name in ("connection", "call", "stream"):
        lifetimes.add(Open(ME, lambda name=name: ended.append(name)))  # type: ignore[misc]
    lifetimes.use(snapshot(me(enabled=False)))
    assert ended == ["stream", "call", "connection"]


async def test_what_is_opened_too_late_ends_at_once() -> None:
    lifetimes = Lifetimes(snapshot(me(enabled=False)))
    late = MadeUp(lifetimes)
    assert late.ended.is_set()
    assert late.opened not in lifetimes


async def test_what_has_ended_by_itself_is_not_ended_again() -> None:
    lifetimes = Lifetimes(snapshot(STATE))
    mine = MadeUp(lifetimes)
    lifetimes.remove(mine.opened)
    lifetimes.remove(mine.opened)
    lifetimes.use(snapshot(me(enabled=False)))
    assert not mine.ended.is_set()


async def test_a_block_is_open_while_it_runs() -> None:
    lifetimes, opened = Lifetimes(snapshot(STATE)), Open(ME, lambda: None)
    with lifetimes.during(opened):
        assert opened in lifetimes
    assert opened not in lifetimes


async def test_something_open_goes_on_with_the_new_credential_of_its_key() -> None:
    lifetimes = Lifetimes(snapshot(STATE))
    mine = MadeUp(lifetimes)
    mine.opened.principal = KeyPrincipal("me", key_digest("sk-new"))
    lifetimes.use(snapshot(me(hash=key_digest("sk-new"))))
    assert not mine.ended.is_set()
