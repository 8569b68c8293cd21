"""Changes in the app: applied, undone, redone, and the secrets of what was deleted."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from mcptui.errors import McptuiError, UnreachableError
from mcptui.model import Server, State
from mcptui.model.auth import BearerToken, NoAuth
from mcptui.services import ports, servers
from tests.support.fake_gateway import FakeGateway
from tests.support.pilot import press, settle
from tests.support.scenes import data
from tests.support.scenes.app import MakeApp


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
