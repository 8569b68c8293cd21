from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from click.testing import Result

from mcptui.model.runtime import ConfigError, ConnectedClient, SecretStatus, ServerStatus
from mcptui.services.workspace import Workspace
from tests.support.fake_gateway import STATUS, FakeGateway

Run = Callable[..., Result]


def test_status(run: Run, gateway: FakeGateway) -> None:
    gateway.running = replace(
        STATUS,
        servers=[ServerStatus(name="x", state="unreachable", since=0, reason="refused")],
        secrets=SecretStatus(backend="keyring", state="locked"),
        config_error=ConfigError(message="mcptui.toml:3: bad", file="mcptui.toml", line=3, hint="mend it"),
    )
    result = run("gateway", "status")
    assert "http://127.0.0.1:4000/mcp" in result.stdout
    assert "keyring, locked" in result.stdout
    assert result.stdout.splitlines()[-1].split() == ["x", "unreachable", "-", "0", "refused"]
    assert "the last valid state is in use: mcptui.toml:3: bad\n  mend it\n" in result.stderr
    shown = json.loads(run("gateway", "status", "--json").stdout)
    assert (shown["running"], shown["config_error"]["line"]) == (True, 3)


def test_not_running(run: Run, gateway: FakeGateway) -> None:
    gateway.running = None
    assert "mcptui gateway start" in run("gateway", "status", code=5).stderr
    assert json.loads(run("gateway", "status", "--json", code=5).stdout) == {"running": False}
    assert "not running" in run("gateway", "stop").stderr
    run("gateway", "reload", code=5)
    assert gateway.asked == []


def test_start_stop_restart_reload(run: Run, gateway: FakeGateway) -> None:
    gateway.running = None
    assert "4321" in run("gateway", "start").stdout
    assert json.loads(run("gateway", "restart", "--json").stdout)["pid"] == 4321
    assert "revision 000000000000" in run("gateway", "reload").stderr
    assert "stopped" in run("gateway", "stop").stderr
    assert [asked[0] for asked in gateway.asked] == ["start", "restart", "reload", "stop"]


@pytest.mark.parametrize("verb", ["start", "restart"])
def test_other_machines_need_a_yes(run: Run, ws: Workspace, gateway: FakeGateway, verb: str) -> None:
    file = ws.paths.config_file
    file.write_text(file.read_text(encoding="utf-8") + '\n[gateway]\nhost = "0.0.0.0"\n', encoding="utf-8")
    gateway.running = None
    assert "--yes" in run("gateway", verb, code=4).stderr
    assert gateway.asked == []
    run("gateway", verb, "--yes")


def test_run_refuses_other_machines_too(run: Run) -> None:
    assert "0.0.0.0 lets other machines connect" in run("gateway", "run", "--host", "0.0.0.0", code=4).stderr


def test_run_passes_host_and_port(run: Run, ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = []

    def process(paths: object, *, host: str | None, port: int | None) -> int:
        ran.append((paths, host, port))
        return 3

    monkeypatch.setattr("mcptui.daemon.process.run", process)
    run("gateway", "run", "--host", "localhost", "--port", "0", code=3)
    assert ran == [(ws.paths, "localhost", 0)]


@pytest.mark.parametrize("words", [["logs"], ["gateway", "logs"]])
def test_logs(run: Run, gateway: FakeGateway, words: list[str]) -> None:
    gateway.lines = ["one", "two\x1b", "three"]
    assert run(*words, "-n", "2", "-f").stdout == "two\\u001b\nthree\n"


def test_what_is_not_kept_is_told(run: Run, gateway: FakeGateway) -> None:
    gateway.running = replace(STATUS, not_kept="there is no space left for /h/state")
    assert "the state cannot be cached for the next start: there is no space left" in run("gateway", "status").stderr


CURSOR = ConnectedClient(
    id="aa", name="Cursor 1", key="cursor", address="::1", protocol="2025-11-25", since=0, last_used=0, sessions=2
)


def test_clients_are_listed_and_disconnected(run: Run, gateway: FakeGateway) -> None:
    gateway.running = STATUS
    gateway.connected = [CURSOR]
    assert "Cursor 1" in run("gateway", "clients").stdout
    assert json.loads(run("gateway", "clients", "--json").stdout)[0]["id"] == "aa"
    assert "was not disconnected" in run("gateway", "disconnect", "Cursor", code=4).stderr
    result = run("gateway", "disconnect", "Cursor", "--yes")
    assert "Cursor 1 is disconnected, 2 connections ended" in result.stderr
    assert "while key cursor is valid" in result.stderr
    assert gateway.asked[-1] == ("disconnect", "aa")
    gateway.connected = [CURSOR]
    shown = json.loads(run("gateway", "disconnect", "aa", "--yes", "--json").stdout)
    assert (shown["ended"], shown["client"]["key"]) == (2, "cursor")
    run("gateway", "disconnect", "aa", "--yes", code=3)
