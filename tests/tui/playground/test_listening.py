"""Notifications and subscribed resources in the Test mode."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from textual.pilot import Pilot
from textual.screen import Screen

from mcptui.model.runtime import FAILED, CallEvent, Listed, ServerNotification
from mcptui.tui.playground.screen import PlaygroundScreen
from mcptui.tui.shell.app import McptuiApp
from tests.support.fake_gateway import FakeGateway
from tests.support.pilot import press, settle
from tests.support.scenes.app import MakeApp, demo_gateway
from tests.support.screens import text_grid

LISTED = Listed(
    tools=[{"name": "files__index", "inputSchema": {"type": "object"}}],
    resources=[{"uri": "files://a", "name": "a"}, {"uri": "files://b", "name": "b"}],
    owners={
        "files__index": ("files", "index"),
        "files://a": ("files", "files://a"),
        "files://b": ("files", "files://b"),
    },
)
LOG = ServerNotification(method="notifications/message", params={"level": "info", "data": "indexed"}, server="files")
CHANGED = ServerNotification(method="notifications/tools/list_changed")


def shown(app: McptuiApp) -> PlaygroundScreen:
    screen: Screen[Any] = app.screen
    assert isinstance(screen, PlaygroundScreen)
    return screen


async def in_resources(pilot: Pilot[Any]) -> str:
    """Go to the first resource; its URI."""
    await settle(pilot)
    await press(pilot, "3", "]", "]")
    screen = shown(pilot.app)  # type: ignore[arg-type]
    assert screen.resource is not None
    return screen.resource


def gateway_with(**more: Any) -> FakeGateway:
    return demo_gateway(by_key={None: LISTED, "ci": LISTED}, **more)


def updated(uri: str) -> ServerNotification:
    return ServerNotification(method="notifications/resources/updated", params={"uri": uri}, server="files")


def messages(app: McptuiApp) -> list[str]:
    return [note.message for note in app._notifications]


async def test_what_servers_say_is_shown_as_it_arrives(make_app: MakeApp, check_screen: Callable[..., None]) -> None:
    gateway = gateway_with(heard=[LOG, CHANGED])
    app = make_app(gateway=gateway)
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        await press(pilot, "3")
        check_screen(app)
        assert ("notifications", None) in gateway.asked
        await press(pilot, "N")
        assert not shown(app).has_class("-hears")
        app.testing_key = "ci"
        await settle(pilot)
        assert ("notifications", "ci") in gateway.asked
        assert len(shown(app).heard.lines) == 4


async def test_a_call_says_something_too(make_app: MakeApp) -> None:
    events = [
        CallEvent(type="progress", value={"progress": 1}),
        CallEvent(type="log", value={"level": "warning", "data": "slow"}),
        CallEvent(type="result", value={"content": []}),
    ]
    gateway = gateway_with(events={"tools/call": events})
    app = make_app(gateway=gateway)
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        await press(pilot, "3", "t")
        assert not shown(app).has_class("-hears")
        lines = shown(app).heard.lines
        assert [line.partition(" ")[2] for line in lines] == [
            "INFO files · progress 1",
            "WARNING files · warning: slow",
        ]


async def test_a_resource_is_subscribed_to_and_read_again(make_app: MakeApp, check_screen: Callable[..., None]) -> None:
    gateway = gateway_with(events={"resources/read": [CallEvent(type="result", value={"contents": []})]})
    app = make_app(gateway=gateway)
    async with app.run_test(size=(120, 36)) as pilot:
        uri = await in_resources(pilot)
        await press(pilot, "+")
        assert messages(app) == [f"Subscribed to {uri}"]
        gateway.updates_of[uri].put_nowait(updated(uri))
        gateway.updates_of[uri].put_nowait(updated(uri))
        await settle(pilot)
        screen = shown(app)
        assert screen.updated == {uri: 2}
        check_screen(app)
        await press(pilot, "[", "J")
        assert ("call", "resources/read", {"uri": uri}, None) in gateway.asked
        assert screen.updated == {}
        assert screen.subscribed == [uri]
        await press(pilot, "+")
        assert screen.subscribed == []
        assert messages(app)[-1] == f"Unsubscribed from {uri}"


async def test_a_refused_subscription_says_why(make_app: MakeApp) -> None:
    gateway = gateway_with()
    app = make_app(gateway=gateway)
    async with app.run_test(size=(120, 36)) as pilot:
        uri = await in_resources(pilot)
        refused = ServerNotification(method=FAILED, params={"message": "not supported", "hint": None})
        gateway.updates_of[uri] = asyncio.Queue()
        gateway.updates_of[uri].put_nowait(refused)
        await press(pilot, "+")
        assert shown(app).subscribed == []
        assert "not supported" in messages(app)[-1]


async def test_another_key_ends_subscriptions(make_app: MakeApp) -> None:
    gateway = gateway_with()
    app = make_app(gateway=gateway)
    async with app.run_test(size=(120, 36)) as pilot:
        uri = await in_resources(pilot)
        await press(pilot, "+")
        assert shown(app).subscribed == [uri]
        app.testing_key = "ci"
        await settle(pilot)
        assert shown(app).subscribed == []


async def test_tools_and_templates_are_not_subscribed_to(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        await press(pilot, "3", "+")
        assert shown(app).resource is None
        assert shown(app).subscribed == []
        assert "Subscribe" not in text_grid(app)
