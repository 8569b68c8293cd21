"""Logins through the control API: whose they are, how they end, and that the server is connected to anew."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

import pytest

from mcptui.errors import McptuiError, NotFoundError, RefusedError
from mcptui.gateway.control import logins as module
from mcptui.gateway.control.logins import Logins
from mcptui.gateway.snapshot import Snapshot
from mcptui.model import Server
from mcptui.state.loaded import Loaded
from mcptui.upstream.errors import UpstreamError
from tests.support.gateway import key, state


class Login:
    """A login whose end is said beforehand."""

    url = "https://login.example/authorize?state=x"
    redirect_uri = "http://127.0.0.1:1/callback"
    remarks = ("PKCE is perhaps not checked",)

    def __init__(self) -> None:
        self.error: McptuiError | None = None
        self.pasted: list[str] = []

    def paste(self, url: str) -> None:
        self.pasted.append(url)

    async def finish(self) -> Any:
        if self.error is not None:
            raise self.error
        return SimpleNamespace(scope="read")


class World:
    """A gateway with the server s and the key k, as far as this is about it."""

    def __init__(self) -> None:
        self.login = Login()
        self.refused: McptuiError | None = None
        self.sessions: list[tuple[str, str | None]] = []
        self.logged_in: list[tuple[str, str | None]] = []
        self.logged_out: McptuiError | None = None
        described = state(Server(name="s", url="http://s"), key("k"))
        core: Any = SimpleNamespace(
            snapshot=Snapshot(Loaded(described, "r")),
            registry=SimpleNamespace(logged_in=self._logged_in),
            tools=SimpleNamespace(oauth=SimpleNamespace(get=self._session), resolve=None),
        )
        self.logins = Logins(core, {})

    async def _logged_in(self, server: str, key: str | None) -> None:
        self.logged_in.append((server, key))

    def _session(self, server: Server, key: str | None) -> Any:
        self.sessions.append((server.name, key))
        return SimpleNamespace(log_out=self._log_out)

    async def _log_out(self) -> None:
        if self.logged_out is not None:
            raise self.logged_out

    @contextlib.asynccontextmanager
    async def begin(self, session: Any, resolve: Any) -> AsyncIterator[Login]:
        if self.refused is not None:
            raise self.refused
        yield self.login


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    world = World()
    monkeypatch.setattr(module, "begin_login", world.begin)
    return world


async def events(world: World, server: str = "s", name: str | None = None) -> list[tuple[str, dict[str, Any]]]:
    return [(event.type, event.value) async for event in world.logins.log_in(server, name)]


@pytest.mark.parametrize("name", [None, "k"])
async def test_a_login_opens_a_url_and_is_done(world: World, name: str | None) -> None:
    opened, done = await events(world, name=name)
    assert (opened[0], opened[1]["url"], opened[1]["redirect_uri"]) == ("open", Login.url, Login.redirect_uri)
    assert opened[1]["seconds"] > 0
    assert opened[1]["remarks"] == Login.remarks
    assert done == ("done", {"scope": "read"})
    assert world.sessions == world.logged_in == [("s", name)]
    assert world.logins.running == {}


async def test_every_login_has_an_id_of_its_own(world: World) -> None:
    first, second = (await events(world))[0][1]["id"], (await events(world))[0][1]["id"]
    assert first != second


@pytest.mark.parametrize("when", ["at the start", "at the end"])
async def test_a_login_that_fails_says_why_and_changes_nothing(world: World, when: str) -> None:
    error = UpstreamError("nobody came", hint="Try again.")
    if when == "at the start":
        world.refused = RefusedError(error.message, hint=error.hint)
    else:
        world.login.error = error
    assert (await events(world))[-1] == ("failed", {"message": "nobody came", "hint": "Try again."})
    assert world.logged_in == []
    assert world.logins.running == {}


@pytest.mark.parametrize(("server", "name", "says"), [("x", None, "no server x"), ("s", "x", "no key x")])
async def test_whoever_does_not_exist_logs_in_nowhere(world: World, server: str, name: str | None, says: str) -> None:
    ((kind, value),) = await events(world, server, name)
    assert kind == "failed"
    assert says in value["message"]
    with pytest.raises(NotFoundError, match=says):
        await world.logins.log_out(server, name)
    assert world.sessions == []


async def test_a_url_is_pasted_into_a_login_that_is_under_way(world: World) -> None:
    async with contextlib.aclosing(world.logins.log_in("s", None)) as following:
        id_ = (await anext(following)).value["id"]
        world.logins.paste(id_, "http://127.0.0.1:1/callback?code=x")
        assert world.login.pasted == ["http://127.0.0.1:1/callback?code=x"]
    with pytest.raises(NotFoundError, match="has ended"):
        world.logins.paste(id_, "http://127.0.0.1:1/callback?code=x")


async def test_whoever_gives_up_leaves_nothing(world: World) -> None:
    async with contextlib.aclosing(world.logins.log_in("s", None)) as following:
        await anext(following)
        assert len(world.logins.running) == 1
    assert (world.logins.running, world.logged_in) == ({}, [])


@pytest.mark.parametrize("error", [None, UpstreamError("not revoked")])
async def test_after_a_logout_the_server_is_connected_to_anew(world: World, error: McptuiError | None) -> None:
    world.logged_out = error
    if error is None:
        await world.logins.log_out("s", "k")
    else:
        with pytest.raises(UpstreamError, match="not revoked"):
            await world.logins.log_out("s", "k")
    assert world.logged_in == [("s", "k")]
