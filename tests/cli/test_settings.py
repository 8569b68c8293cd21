"""``mcptui settings``: shown and changed."""

from __future__ import annotations

import json

from mcptui.model import GatewaySettings
from mcptui.services.workspace import Workspace
from tests.cli.conftest import Run


def test_every_setting_of_the_gateway_is_changed_and_taken_back(run: Run, ws: Workspace) -> None:
    run("settings", "set", "--port", "4100", "--cors-origin", "https://a.example", "--trusted-proxy", "10.0.0.0/8,::1")
    changed = ws.load().state.gateway
    assert (changed.port, changed.cors_origins) == (4100, ("https://a.example",))
    assert changed.trusted_proxies == ("10.0.0.0/8", "::1")
    run("settings", "set", "--unset", "port", "--unset", "cors-origins", "--unset", "trusted_proxies")
    assert ws.load().state.gateway == GatewaySettings()


def test_they_are_shown(run: Run) -> None:
    assert "log level" in run("settings", "show").stdout
    assert json.loads(run("settings", "show", "--json").stdout)["gateway"]["port"] == 4000


def test_another_host_needs_to_be_agreed_to(run: Run, ws: Workspace) -> None:
    run("settings", "set", "--host", "0.0.0.0", code=4)
    run("settings", "set", "--host", "0.0.0.0", "--yes")
    assert ws.load().state.gateway.host == "0.0.0.0"


def test_nothing_to_change(run: Run) -> None:
    assert "nothing to change" in run("settings", "set", code=2).stderr


def test_what_needs_a_restart_is_said(run: Run) -> None:
    assert "port: applied with the next start" in run("settings", "set", "--port", "4100").stderr
    assert "next start" not in run("settings", "set", "--log-level", "debug").stderr
