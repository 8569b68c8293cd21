from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import Result

from mcptui.model.runtime import CallEvent, GatewayStatus, Listed, ServerState, ServerStatus
from mcptui.secrets.known import SECRET_MARK
from mcptui.services.workspace import Workspace
from tests.support.fake_gateway import FakeGateway

Run = Callable[..., Result]

TEXT = """
[variables]
who = "Ada"
[[call]]
name = "greets"
tool = "s__greet"
arguments = { who = "{{who}}" }
expect = { text = "Hello" }
"""


@pytest.fixture
def file(ws: Workspace, gateway: FakeGateway) -> Path:
    gateway.by_key = {None: Listed(), "ci": Listed()}
    gateway.events = {"s__greet": [CallEvent(type="result", value={"content": [{"type": "text", "text": "Hello"}]})]}
    file = ws.paths.calls_dir / "greet.toml"
    file.parent.mkdir()
    file.write_text(TEXT, encoding="utf-8")
    return file


def test_calls_that_pass(run: Run, gateway: FakeGateway, file: Path, tmp_path: Path) -> None:
    run("key", "create", "ci")
    xml = tmp_path / "report.xml"
    checked = run("check", str(file), "--var", "who=Bob", "--key", "ci", "--junit", str(xml))
    assert checked.stdout.startswith(f"greet ({file})\n  ✓ greets")
    assert checked.stderr.endswith("1 call, 0 failed\n")
    assert gateway.asked[-2][1:] == ("tools/call", {"name": "s__greet", "arguments": {"who": "Bob"}}, "ci")
    assert b'<testcase classname="greet" name="greets"' in xml.read_bytes()
    run("check", "--junit", str(tmp_path / "no" / "report.xml"), code=4)


def test_it_waits_for_servers_that_are_starting(
    run: Run, gateway: FakeGateway, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert gateway.running is not None
    states: list[ServerState] = ["starting", "starting", "ready"]
    status, left = gateway.running, list(states)

    async def starting() -> GatewayStatus:
        return replace(status, servers=[ServerStatus(name="s", state=left.pop(0) if left else "ready", since=0.0)])

    monkeypatch.setattr(gateway, "status", starting)
    monkeypatch.setattr("mcptui.cli.check._POLL", 0)
    assert run("check", str(file)).stderr.startswith("waiting for s to start\n1 call")
    assert left == []
    assert gateway.asked[-2][1] == "tools/call"


def test_it_does_not_wait_for_other_servers(
    run: Run, gateway: FakeGateway, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("s", "slow"):
        run("server", "add", name, "--no-test", "x")
    assert gateway.running is not None
    status, asked = gateway.running, []

    async def starting() -> GatewayStatus:
        asked.append(True)
        states: dict[str, ServerState] = {"slow": "starting", "s": "ready" if len(asked) > 2 else "starting"}
        servers = [ServerStatus(name=name, state=state, since=0.0) for name, state in states.items()]
        return replace(status, servers=servers)

    monkeypatch.setattr(gateway, "status", starting)
    monkeypatch.setattr("mcptui.cli.check._POLL", 0)
    assert run("check", str(file)).stderr.startswith("waiting for s to start\n1 call")


def test_a_call_that_fails(run: Run, file: Path) -> None:
    file.write_text(TEXT.replace("Hello", "Good bye"), encoding="utf-8")
    checked = run("check", code=1)
    assert "  ✗ greets" in checked.stdout
    assert "text: 'Good bye' is not in 'Hello'" in checked.stdout
    value = json.loads(run("check", "--json", code=1).stdout)
    assert (value["passed"], value["failed"]) == (0, 1)
    assert value["collections"][0]["calls"][0]["problems"] == ["text: 'Good bye' is not in 'Hello'"]


def test_no_report_has_a_secret(
    run: Run, gateway: FakeGateway, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WHO", "canary-of-ci")
    gateway.known.add("a", "canary-of-a-server")
    said = CallEvent(type="result", value={"content": [{"type": "text", "text": "canary-of-ci canary-of-a-server"}]})
    gateway.events = {"s__greet": [said], "resources/read": [CallEvent(type="error", value={"message": "no"})]}
    file.write_text(
        TEXT.replace("{{who}}", "{{env:WHO}}")
        + """
[[call]]
name = "reads"
resource = "note://{{env:WHO}}"
""",
        encoding="utf-8",
    )
    xml = tmp_path / "report.xml"
    plain = run("check", "--junit", str(xml), code=1).stdout
    for report in (plain, xml.read_text(encoding="utf-8"), run("check", "--json", code=1).stdout):
        assert "canary" not in report
        assert f"is not in '{SECRET_MARK} {SECRET_MARK}'" in report


def test_errors(run: Run, gateway: FakeGateway, file: Path) -> None:
    run("check", "--key", "nobody", code=3)
    run("check", "--var", "who", code=2)
    gateway.running = None
    run("check", code=5)
    file.unlink()
    assert "there are no collections" in run("check", code=3).stderr
    run("check", "gone.toml", code=1)
