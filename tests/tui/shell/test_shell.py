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
        assert app.changes_made.to_undo is None


@pytest.mark.parametrize(
    ("error", "words"),
    [(None, "applied"), (UnreachableError("it is gone"), "saved, not applied: it is gone")],
)
async def test_a_change_tells_whether_the_gateway_has_applied_it(
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
        assert "saved, not applied: the gateway does not answer" in note.message


async def test_changes_are_undone_and_redone_in_their_order(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(notifications=True) as pilot:
        await settle(pilot)
        await app.change(servers.set_servers_enabled, ["files"], False)
        await app.change(servers.set_servers_enabled, ["time"], False)
        both = app.state
        app.action_undo()
        app.action_undo()
        await settle(pilot)
        assert app.state == data.STATE
        await press(pilot, "U", "U")
        assert app.state == both == app.context.workspace.load().state


@pytest.mark.parametrize(("key", "words"), [("u", "Nothing to undo."), ("U", "Nothing to redo.")])
async def test_a_key_with_nothing_to_do_says_so(make_app: MakeApp, key: str, words: str) -> None:
    app = make_app()
    async with app.run_test(notifications=True) as pilot:
        await settle(pilot)
        await press(pilot, key)
        assert [note.message for note in app._notifications] == [words]


async def test_another_change_ends_redoing(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await settle(pilot)
        await app.change(servers.set_servers_enabled, ["files"], False)
        await press(pilot, "u")
        await app.change(servers.set_servers_enabled, ["time"], False)
        assert app.changes_made.to_redo is None


async def test_what_others_changed_since_is_not_undone(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await settle(pilot)
        await app.change(servers.set_servers_enabled, ["time"], False)
        await app.change(servers.set_servers_enabled, ["files"], False)
        servers.set_servers_enabled(app.context.workspace, ["files"], True)
        await press(pilot, "u")
        assert "was changed again since" in app.errors.entries[-1].message
        await press(pilot, "u")
        assert app.state.servers["time"].enabled


async def test_secrets_of_what_was_deleted_stay_until_the_app_is_left(make_app: MakeApp) -> None:
    app = make_app(State())
    async with app.run_test() as pilot:
        await settle(pilot)
        secrets = app.context.workspace.secrets
        server = Server(name="a", url="https://x.example/mcp", auth=BearerToken(auth_value="canary-6"))
        await app.change(servers.add_server, server)
        await app.change(servers.update_server, "a", replace(server, auth=NoAuth()))
        await app.change(servers.remove_server, ["a"])
        await press(pilot, "u", "u")
        assert app.state.servers["a"].auth == BearerToken(auth_value="${secret:server/a/auth}")
        assert secrets.get("server/a/auth") == "canary-6"
        await press(pilot, "U", "U", "ctrl+q")
        await press(pilot, "enter")
        assert secrets.get("server/a/auth") is None


async def test_secrets_of_what_cannot_be_redone_go(make_app: MakeApp) -> None:
    app = make_app(State())
    async with app.run_test() as pilot:
        await settle(pilot)
        secrets = app.context.workspace.secrets
        server = Server(name="a", url="https://x.example/mcp", auth=BearerToken(auth_value="canary-5"))
        await app.change(servers.add_server, server)
        await press(pilot, "u")
        assert secrets.get("server/a/auth") == "canary-5"
        await app.change(servers.add_server, Server(name="b", url="https://x.example/mcp"))
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
        assert "✗ exited unexpectedly" in text_grid(app)
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
