"""The command palette."""

from __future__ import annotations

from textual.command import CommandPalette

from mcptui.tui.keys.palette import ActionCommands, EntityCommands
from mcptui.tui.servers.screen import ServersScreen
from mcptui.tui.shell.base import ModeScreen
from tests.support.pilot import press, settle
from tests.support.scenes.app import MakeApp, demo_gateway


async def test_the_palette_finds_actions_of_other_modes(make_app: MakeApp) -> None:
    gateway = demo_gateway()
    app = make_app(gateway=gateway)
    async with app.run_test() as pilot:
        await settle(pilot)
        hits = [hit async for hit in ActionCommands(app.screen).search("gateway read the state")]
        await max(hits).command()
        await settle(pilot)
        assert isinstance(app.screen, ModeScreen)
        assert app.screen.MODE.id == "gateway"
        assert ("reload",) in gateway.asked


async def test_the_palette_finds_entities_by_name(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await settle(pilot)
        hits = [hit async for hit in EntityCommands(app.screen).search("time")]
        await max(hits).command()
        await settle(pilot)
        assert isinstance(app.screen, ServersScreen)
        assert app.screen.current == "time"


async def test_the_palette_opens(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test() as pilot:
        await settle(pilot)
        await press(pilot, "colon")
        assert isinstance(app.screen, CommandPalette)
