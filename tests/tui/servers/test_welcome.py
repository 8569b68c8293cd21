from __future__ import annotations

from dataclasses import replace

from mcptui.model import Server, State
from mcptui.model.auth import BearerToken, OAuth
from mcptui.model.runtime import GatewayStatus, ServerState, ServerStatus
from mcptui.tui.life.gateway_view import GatewayView
from mcptui.tui.servers.welcome import logins_needed
from tests.support.pilot import settle
from tests.support.scenes import data
from tests.support.scenes.app import MakeApp, demo_gateway
from tests.support.screens import text_grid

LINEAR = Server(name="linear", url="https://linear.example/mcp", auth=OAuth())


def _status(name: str, state: ServerState) -> GatewayStatus:
    return replace(data.STATUS, servers=(ServerStatus(name=name, state=state, since=0.0),))


def test_only_logins_of_people_count() -> None:
    view = GatewayView("running", _status("linear", "needs_login"))
    assert logins_needed(State(servers={"linear": LINEAR}), view) == ["linear"]
    for server in (
        replace(LINEAR, enabled=False),
        replace(LINEAR, auth=BearerToken()),
        replace(LINEAR, auth=OAuth(oauth_flow="client_credentials")),
    ):
        assert logins_needed(State(servers={"linear": server}), view) == []
    works = GatewayView("running", _status("linear", "ready"))
    assert logins_needed(State(servers={"linear": LINEAR}), works) == []
    assert logins_needed(State(servers={"linear": LINEAR}), GatewayView("stopped")) == []


async def test_a_login_that_is_due_is_said_above_the_keys(make_app: MakeApp) -> None:
    app = make_app(State(servers={"linear": LINEAR}), demo_gateway(running=_status("linear", "needs_login")))
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        assert "▲ Login needed: linear · o log in" in text_grid(app)
