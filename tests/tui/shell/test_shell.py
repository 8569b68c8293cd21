"""The app without its screens: undo, secrets of what was deleted, the gateway's life."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace

import pytest

from mcptui.errors import McptuiError, UnreachableError
from mcptui.model import Server, State
from mcptui.model.auth import BearerToken, NoAuth
from mcptui.model.runtime import GatewayStatus
from mcptui.services import ports, servers
from mcptui.tui.shell import shell
from mcptui.tui.shell.app import McptuiApp
from mcptui.tui.shell.error_list import ErrorList
from tests.support.fake_gateway import FakeGateway
from tests.support.pilot import press, settle
from tests.support.scenes import data
from tests.support.scenes.app import MakeApp, demo_gateway
from tests.support.screens import text_grid


async def test_undo_takes_a_change_back(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await settle(pilot)
        await app.change(servers.set_servers_enabled, ["files"], False)
        assert app.state != data.STATE
        await press(pilot, "u")
        assert app.state.servers["files"].enabled
        assert app.context.workspace.load().state.servers["files"].enabled
        assert app.undoable is None


@pytest.mark.parametrize(
    ("error", "words"),
    [(None, "in effect"), (UnreachableError("it is gone"), "not in effect yet: it is gone")],
)
async def test_a_change_tells_whether_the_gateway_has_taken_it_over(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch, error: McptuiError | None, words: str
) -> None:
    async def reload(_: FakeGateway) -> str:
        if error is not None:
            raise error
        return "revision"

    monkeypatch.setattr(FakeGateway, "reload", reload)
    app = make_app()
    async with app.run_test(size=(120, 30), notifications=True) as pilot:
        await settle(pilot)
        await app.change(servers.set_servers_enabled, ["files"], False)
        await settle(pilot)
        assert [note.message for note in app._notifications] == [f"Server files disabled  ·  {words}  ·  u undo"]


async def test_a_hanging_gateway_delays_the_word_about_a_change_only_a_little(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hang(_: FakeGateway) -> str:
        await asyncio.Event().wait()
        return ""

    monkeypatch.setattr(FakeGateway, "reload", hang)
    monkeypatch.setattr(ports, "TAKE_OVER_SECONDS", 0.0)
    app = make_app()
    async with app.run_test(size=(120, 30), notifications=True) as pilot:
        await settle(pilot)
        await app.change(servers.set_servers_enabled, ["files"], False)
        await settle(pilot)
        await app.workers.wait_for_complete()
        (note,) = app._notifications
        assert "not in effect yet: the gateway does not answer" in note.message


async def test_undo_is_offered_only_for_a_while(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await settle(pilot)
        await app.change(servers.set_servers_enabled, ["files"], False)
        app.forget_undo()
        await press(pilot, "u")
        assert not app.state.servers["files"].enabled


async def test_what_was_deleted_takes_its_secrets_along_when_it_cannot_come_back(make_app: MakeApp) -> None:
    app = make_app(State())
    async with app.run_test() as pilot:
        await settle(pilot)
        secrets = app.context.workspace.secrets
        for name in ("a", "b"):
            server = Server(name=name, url="https://x.example/mcp", headers={"X-Token": "canary-5"})
            await app.change(servers.add_server, server)
        await app.change(servers.remove_server, ["a"])
        await settle(pilot)
        assert secrets.get("server/a/x-token") == "canary-5"
        await app.change(servers.remove_server, ["b"])
        await settle(pilot)
        assert secrets.get("server/a/x-token") is None
        assert secrets.get("server/b/x-token") == "canary-5"
        app.forget_undo()
        await settle(pilot)
        assert secrets.get("server/b/x-token") is None


async def test_what_an_edit_leaves_without_use_stays_while_that_can_be_undone(make_app: MakeApp) -> None:
    app = make_app(State())
    async with app.run_test() as pilot:
        await settle(pilot)
        secrets = app.context.workspace.secrets
        server = Server(name="a", url="https://x.example/mcp", auth=BearerToken(auth_value="canary-6"))
        await app.change(servers.add_server, server)
        await app.change(servers.update_server, "a", replace(server, auth=NoAuth()))
        await settle(pilot)
        app.action_undo()
        await settle(pilot)
        assert app.state.servers["a"].auth == BearerToken(auth_value="${secret:server/a/auth}")
        assert secrets.get("server/a/auth") == "canary-6"
        await app.change(servers.update_server, "a", replace(server, auth=NoAuth()))
        app.forget_undo()
        await settle(pilot)
        assert secrets.get("server/a/auth") is None


async def test_errors_are_kept_for_the_list(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(notifications=True) as pilot:
        await settle(pilot)
        app.show_error(McptuiError("port [/b] taken\x1b]0;x\x07", hint="choose another"))
        await settle(pilot)
        await press(pilot, "f12")
        assert isinstance(app.screen, ErrorList)
        grid = text_grid(app)
        assert "port [/b] taken\\u001b]0;x\\u0007" in grid
        assert "choose another" in grid
        await press(pilot, "escape")
        assert len(app.screen_stack) == 1


async def test_the_gateway_is_started_after_the_first_paint(make_app: MakeApp, monkeypatch: pytest.MonkeyPatch) -> None:
    gateway = demo_gateway(running=None)
    app = make_app(gateway=gateway)
    app.start_with_gateway = True
    start, painted = FakeGateway.start, list[str]()

    async def started(fake: FakeGateway) -> GatewayStatus:
        painted.append(text_grid(app))
        return await start(fake)

    monkeypatch.setattr(FakeGateway, "start", started)
    async with app.run_test() as pilot:
        await settle(pilot)
        assert gateway.asked[0] == ("start",)
        assert app.gateway_view.phase == "running"
    assert "deepwiki" in painted[0]


async def test_a_gateway_that_ends_is_noticed(make_app: MakeApp) -> None:
    gateway = demo_gateway()
    app = make_app(gateway=gateway)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        gateway.running, gateway.crashed = None, True
        app.poll_gateway()
        await settle(pilot)
        assert "✗ ended unexpectedly" in text_grid(app)
        app.start_if_lost()
        await settle(pilot)
        assert "● running" in text_grid(app)
        app.start_if_lost()
        assert gateway.asked.count(("start",)) == 1


async def test_a_gateway_that_somebody_stopped_stays_stopped(make_app: MakeApp) -> None:
    gateway = demo_gateway()
    app = make_app(gateway=gateway)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        gateway.running = None
        app.poll_gateway()
        await settle(pilot)
        assert "○ stopped" in text_grid(app)
        app.start_if_lost()
        await settle(pilot)
        assert ("start",) not in gateway.asked


async def test_a_timer_that_ends_while_the_app_closes_needs_no_screen(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await settle(pilot)
    assert not app.screen_stack
    app.refresh_bindings()


async def test_the_app_attends_the_gateway_and_comes_back_to_it(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A gateway that is to end with the app knows by that when the app was killed."""
    came: asyncio.Queue[int] = asyncio.Queue()
    restarted = asyncio.Event()

    async def attend(_: FakeGateway) -> AsyncGenerator[bool, None]:
        came.put_nowait(1)
        yield True
        await restarted.wait()
        restarted.clear()
        raise UnreachableError("it is gone")

    monkeypatch.setattr(FakeGateway, "attend", attend)
    monkeypatch.setattr(shell, "POLL_SECONDS", 0.01)
    app = McptuiApp(make_app().context, start_gateway=False)
    async with asyncio.timeout(30), app.run_test(size=(100, 30)):
        await came.get()
        restarted.set()
        await came.get()
        assert not app.errors.entries
