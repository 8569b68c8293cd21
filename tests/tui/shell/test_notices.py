"""Notices of the running app, in what it writes to the terminal."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mcptui.model import State
from mcptui.model.runtime import GatewayStatus, ServerState
from mcptui.model.settings import Notices
from mcptui.tui.life.notices import Notice
from mcptui.tui.shell.app import McptuiApp
from tests.support.pilot import press, settle
from tests.support.scenes import data
from tests.support.scenes.app import MakeApp, demo_gateway
from tests.support.terminal import Watched


class Written:
    """What the app writes beside its screen."""

    def __init__(self, app: McptuiApp, monkeypatch: pytest.MonkeyPatch) -> None:
        self.sequences: list[str] = []
        assert app._driver is not None
        monkeypatch.setattr(app._driver, "write", self._take)

    def _take(self, sequence: str) -> None:
        if sequence.startswith(("\a", "\x1b]9", "\x1b]777", "\x1bP")):
            self.sequences.append(sequence)


def state_with(notices: Notices) -> State:
    return replace(data.STATE, gateway=replace(data.STATE.gateway, notices=notices))


def with_server(status: GatewayStatus, name: str, state: ServerState) -> GatewayStatus:
    return replace(
        status, servers=[replace(each, state=state) if each.name == name else each for each in status.servers]
    )


@pytest.mark.parametrize(("how", "expected"), [("off", []), ("bell", ["\a"]), ("terminal", ["OSC 9"])])
async def test_a_server_that_goes_down(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch, how: Notices, expected: list[str]
) -> None:
    for name in ("TMUX", "VTE_VERSION", "KONSOLE_VERSION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    gateway = demo_gateway()
    app = make_app(state_with(how), gateway)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        written = Written(app, monkeypatch)
        assert gateway.running is not None
        gateway.running = with_server(gateway.running, "files", "unreachable")
        app.poll_gateway()
        await settle(pilot)
        gateway.running = with_server(gateway.running, "deepwiki", "unreachable")
        app.poll_gateway()  # right after it: too many
        await settle(pilot)
        assert [notice.subject for notice in app._late] == ([] if how == "off" else ["deepwiki"])
        app._give_late()  # still too many: it waits on
        assert [notice.subject for notice in app._late] == ([] if how == "off" else ["deepwiki"])
        osc_9 = "\x1b]9;mcptui: Server files is unreachable\x1b\\"
        assert written.sequences == [osc_9 if each == "OSC 9" else each for each in expected]


async def test_servers_that_go_down_together_are_one_notice(make_app: MakeApp, monkeypatch: pytest.MonkeyPatch) -> None:
    gateway = demo_gateway()
    app = make_app(state_with("bell"), gateway)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        written = Written(app, monkeypatch)
        assert gateway.running is not None
        for name in ("files", "deepwiki", "time"):
            gateway.running = with_server(gateway.running, name, "unreachable")
        app.poll_gateway()
        await settle(pilot)
        assert (written.sequences, app._late) == (["\a"], [])


async def test_the_screen_is_as_it_was(make_app: MakeApp, monkeypatch: pytest.MonkeyPatch) -> None:
    app = make_app(state_with("terminal"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        written, watched = Written(app, monkeypatch), Watched(pilot)
        app.redraw()
        await watched.drawn()
        app.give_notice(Notice("down", "x\x1b[2J", "Server x\x1b[2J is unreachable"))
        (sequence,) = written.sequences
        watched.terminal.feed(sequence)
        await watched.pressed("j")
        assert watched.terminal.cells == watched.expected().cells


async def test_a_denied_call(make_app: MakeApp, monkeypatch: pytest.MonkeyPatch) -> None:
    denied = next(record for record in data.RECORDS if record.outcome == "denied")
    gateway = demo_gateway(records=[replace(denied, at=0.0), replace(denied, id=99, at=data.NOW.timestamp() + 9)])
    app = make_app(state_with("off"), gateway)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        written = Written(app, monkeypatch)
        app.accept(await app.write(lambda ws: ws.change("Settings saved", lambda _: state_with("bell"))))
        await settle(pilot)
        assert written.sequences == ["\a"]
        await press(pilot, "j")
        assert written.sequences == ["\a"]
