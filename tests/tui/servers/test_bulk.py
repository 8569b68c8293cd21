"""Several servers at once."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field

from mcptui.errors import UnreachableError
from mcptui.model import Server
from mcptui.model.runtime import ProbeStep
from mcptui.tui.servers.rows import ORDERS
from mcptui.tui.servers.screen import ServersScreen
from tests.support.fake_gateway import FakeGateway
from tests.support.pilot import press, settle
from tests.support.scenes import data
from tests.support.scenes.app import MakeApp
from tests.support.screens import text_grid


async def test_marked_servers_are_switched_tagged_and_deleted_together(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        screen = app.screen
        assert isinstance(screen, ServersScreen)
        await press(pilot, "m", "m")
        assert screen.marked == {"deepwiki", "github"}
        assert "2 selected" in text_grid(app)
        assert "▪ github" in text_grid(app)
        await press(pilot, "space")
        assert [name for name, server in app.state.servers.items() if server.enabled] == ["files", "time", "warehouse"]
        await press(pilot, "space")
        assert app.state.servers["github"].enabled
        await press(pilot, "number_sign", *"web, -code", "enter")
        assert app.state.servers["deepwiki"].tags == ("docs", "web")
        assert app.state.servers["github"].tags == ("web",)
        await press(pilot, "d")
        grid = text_grid(app)
        assert "Delete 2 servers?" in grid
        assert "deepwiki, github" in grid
        await press(pilot, "left", "enter")
        assert list(app.state.servers) == ["files", "time", "warehouse", "legacy-crm"]
        assert not screen.marked
        await press(pilot, "u")
        assert app.state.servers == app.context.workspace.load().state.servers
        assert "github" in app.state.servers


async def test_marks_follow_the_filter(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        screen = app.screen
        assert isinstance(screen, ServersScreen)
        await press(pilot, "slash", *"docs", "enter", "M", "escape", "escape")
        assert screen.marked == {"deepwiki", "files"}
        await press(pilot, "asterisk")
        assert screen.marked == {"github", "time", "warehouse", "legacy-crm"}
        await press(pilot, "M")
        assert screen.marked == set(app.state.servers)
        await press(pilot, "M")
        assert not screen.marked


async def test_the_list_can_be_sorted(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        screen = app.screen
        assert isinstance(screen, ServersScreen)
        await press(pilot, "b")
        assert screen.table.shown_keys == sorted(data.STATE.servers)
        assert "Servers · by name" in text_grid(app)
        await press(pilot, "b")
        assert screen.table.shown_keys[0] == "warehouse"
        for _ in list(ORDERS)[3:]:
            await press(pilot, "b")
        await press(pilot, "b")
        assert screen.table.shown_keys == list(data.STATE.servers)


async def test_a_click_on_a_label_sorts_by_the_column(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        screen = app.screen
        assert isinstance(screen, ServersScreen)
        for keys in (sorted(data.STATE.servers), list(data.STATE.servers)):
            await pilot.click("#list VirtualTable", offset=(8, 0))
            await settle(pilot)
            assert screen.table.shown_keys == keys


async def test_servers_are_allowed_for_a_subject(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        await press(pilot, "m", "m", "a")
        assert "Grant 2 servers to" in text_grid(app)
        await press(pilot, "enter")
        allowed = app.state.orgs["acme"].servers or ()
        assert "github" in allowed
        assert {"deepwiki", "@reading"} & set(allowed)


@dataclass(slots=True)
class Moody(FakeGateway):
    """One server fails until it is tried again."""

    tried: list[str] = field(default_factory=list)

    async def probe(self, server: Server) -> AsyncGenerator[ProbeStep, None]:
        self.tried.append(server.name)
        if server.name == "github" and self.tried.count("github") == 1:
            yield ProbeStep(step="connect", status="failed", detail="refused [/x]", hint="look")
        elif server.name == "files" and self.tried.count("files") == 1:
            raise UnreachableError("the gateway is gone")
        else:
            yield ProbeStep(step="done", status="ok", result={"tools": [{}, {}]})
