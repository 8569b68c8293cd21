from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib.metadata import PackageNotFoundError

import pytest

from mcptui import __version__
from mcptui.errors import UnreachableError
from mcptui.model import Key, Server, State
from mcptui.model.runtime import ConfigError, GatewayStatus, Listed, ServerStatus
from mcptui.services import doctor as doctor_module
from mcptui.services.doctor import Report, Row, Section, doctor
from mcptui.services.secrets import set_secret
from mcptui.services.workspace import Workspace
from tests.support.fake_gateway import STATUS, FakeGateway

CANARY = "canary-c0de"


@pytest.fixture
def gateway(ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> FakeGateway:
    gateway = FakeGateway()
    monkeypatch.setitem(ws.__dict__, "gateway", gateway)
    monkeypatch.setattr(doctor_module, "port_owner", lambda port: None)
    return gateway


def found(report: Report, title: str) -> dict[str, Row]:
    return {row.label: row for section in report.sections if section.title == title for row in section.rows}


def test_fresh_home_is_in_order(ws: Workspace, gateway: FakeGateway) -> None:
    report = doctor(ws)
    assert report.ok
    assert found(report, "Versions")["mcptui"].value == __version__
    assert found(report, "Paths")["config"].ok is None
    assert found(report, "Gateway")["process"] == Row("process", "not running", None, "Start it: mcptui gateway start")
    assert not ws.paths.config_dir.exists()


def test_what_is_wrong_is_named(ws: Workspace, gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch) -> None:
    servers = {
        "a": Server(name="a", url="https://x", headers={"H": "${secret:gone}"}),
        "b": Server(name="b", command="/nonexistent/program"),
        "c": Server(name="c", command="/nonexistent/program", enabled=False),
    }
    past = datetime.now(UTC) - timedelta(days=1)
    keys = {
        "old": Key(name="old", hash=f"sha256:{'0' * 64}", expires=past, servers=("*",)),
        "none": Key(name="none", hash=f"sha256:{'1' * 64}", team="nope"),
        "fine": Key(name="fine", hash=f"sha256:{'2' * 64}", servers=("*",)),
        "off": Key(name="off", hash=f"sha256:{'3' * 64}", enabled=False),
    }
    ws.change("", lambda state: replace(state, servers=servers, keys=keys))
    set_secret(ws, "orphan", CANARY)
    ws.paths.state_dir.chmod(0o777)
    monkeypatch.setattr(doctor_module, "port_owner", lambda port: f"nginx (pid 1) on {port}")
    report = doctor(ws)
    assert not report.ok
    assert found(report, "Paths")[str(ws.paths.state_dir)].hint == f"Run: chmod 700 {ws.paths.state_dir}"
    assert found(report, "Secrets")["gone"].ok is False
    assert found(report, "Secrets")["orphan"].ok is None
    assert set(found(report, "Access")) == {"key old", "key none"}
    assert found(report, "Servers") == {
        "server b": Row(
            "server b",
            "command program not found",
            False,
            "Install program, or give the full path of the command.",
        )
    }
    assert "nginx" in found(report, "Gateway")["port"].value
    problems = found(report, "State file")
    assert next(row for label, row in problems.items() if "keys.none.team" in label).ok is None
    text = report.markdown()
    assert "| ✗ | gone | not set; used by server a | Set it: mcptui secret set gone |" in text
    assert CANARY not in text


def test_broken_state_file(ws: Workspace, gateway: FakeGateway) -> None:
    ws.paths.ensure()
    ws.paths.config_file.write_text("[broken", encoding="utf-8")
    report = doctor(ws)
    assert not report.ok
    assert found(report, "State file")["readable"].value.startswith("mcptui.toml:1: not valid TOML")
    assert "process" in found(report, "Gateway")


def test_no_place_for_secrets_is_wrong_only_where_one_is_used(
    ws: Workspace, gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MCPTUI_VAULT_KEY")
    assert found(doctor(ws), "Secrets")["none"].ok is None
    ws.change("", lambda state: replace(state, servers={"a": Server(name="a", url="https://x/${secret:s}")}))
    assert found(doctor(ws), "Secrets")["none"].ok is False


def test_running_gateway(ws: Workspace, gateway: FakeGateway) -> None:
    ws.change("", lambda state: replace(State(), servers={"a": Server(name="a", url="https://x")}))
    status = replace(STATUS, version=__version__, revision=ws.load().revision)
    servers = [
        ServerStatus(name="a", state="unreachable", since=0, reason="connection refused", hint="Start it."),
        ServerStatus(name="b", state="degraded", since=0),
        ServerStatus(name="c", state="ready", since=0),
    ]
    gateway.running = replace(status, servers=servers)
    rows = found(doctor(ws), "Gateway")
    assert rows["server a"] == Row("server a", "unreachable: connection refused", False, "Start it.")
    assert rows["server b"].ok is None
    assert rows["server c"].ok is True
    assert "state file" not in rows
    gateway.running = replace(status, restart_for=("port",))
    assert found(doctor(ws), "Gateway")["settings"].value == "changed since the start: port"
    gateway.running = replace(status, revision="other", version="0.0.1")
    rows = found(doctor(ws), "Gateway")
    assert rows["state file"].hint == "mcptui gateway reload"
    assert rows["version"].ok is None
    gateway.running = replace(status, config_error=ConfigError(message="bad", file="x"))
    assert found(doctor(ws), "Gateway")["state file"].ok is False


def test_resources_of_several_servers_under_one_uri(ws: Workspace, gateway: FakeGateway) -> None:
    gateway.running = replace(STATUS, version=__version__)
    assert "resources" not in found(doctor(ws), "Gateway")
    resources = [{"uri": uri, "name": "canary"} for uri in ("u:canary", "u:canary", "u:2", "u:canary")]
    gateway.by_key = {None: Listed(resources=resources)}
    row = found(doctor(ws), "Gateway")["resources"]
    assert row.ok is None
    assert row.value.startswith("1 URI listed by several servers")
    assert "canary" not in doctor(ws).markdown()


def test_gateway_that_hangs(ws: Workspace, gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch) -> None:
    async def status() -> GatewayStatus:
        raise UnreachableError("it does not answer", hint="Restart it.")

    monkeypatch.setitem(ws.__dict__, "gateway", type("Hanging", (), {"status": staticmethod(status)})())
    assert found(doctor(ws), "Gateway")["process"] == Row("process", "it does not answer", False, "Restart it.")


def test_missing_package_and_unwritable_directory(
    ws: Workspace, gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(package: str) -> str:
        raise PackageNotFoundError(package)

    ws.paths.ensure()
    monkeypatch.setattr(doctor_module, "version", missing)
    monkeypatch.setattr(os, "access", lambda *_: False)
    report = doctor(ws)
    assert found(report, "Versions")["textual"].ok is False
    assert found(report, "Paths")["config"].ok is False


def test_markdown_cells_hold_what_they_get() -> None:
    report = Report((Section("T", (Row("a|b", "x\ny\x1b[31m", None),)),))
    assert report.markdown().splitlines()[-1] == "| · | a\\|b | x y\\\\u001b[31m |  |"
