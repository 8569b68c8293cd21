"""All servers are tested."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field

from mcptui.errors import UnreachableError
from mcptui.model import Server
from mcptui.model.runtime import ProbeStep
from mcptui.tui.servers.bulk_probe import BulkProbe
from mcptui.tui.servers.screen import ServersScreen
from tests.support.fake_gateway import FakeGateway
from tests.support.pilot import press, settle
from tests.support.scenes import data
from tests.support.scenes.app import MakeApp
from tests.support.screens import text_grid


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


async def test_all_servers_are_tested_and_failures_again(make_app: MakeApp) -> None:
    gateway = Moody(running=data.STATUS, by_key=data.LISTED)
    app = make_app(gateway=gateway)
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        await press(pilot, "B")
        screen = app.screen
        assert isinstance(screen, BulkProbe)
        assert set(screen.failed) == {"github", "files"}
        grid = text_grid(app)
        assert "6/6, 2 failed" in grid
        assert "connect: refused [/x] look" in grid
        assert set(screen.table.shown_keys[:2]) == {"github", "files"}
        await press(pilot, "r")
        assert not screen.failed
        assert "6/6" in text_grid(app)
        assert len(gateway.tried) == 8
        await press(pilot, "escape")
        assert isinstance(app.screen, ServersScreen)
