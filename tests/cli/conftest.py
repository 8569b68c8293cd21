"""The command line on a real state file in a temporary home, with a gateway made of values."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest
from click.testing import CliRunner, Result

from mcptui.cli.main import main
from mcptui.services.workspace import Workspace
from tests.support.fake_gateway import STATUS, FakeGateway

Run: TypeAlias = Callable[..., Result]


@pytest.fixture
def ws(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """The workspace of a temporary home; secrets in a vault, never in a keyring."""
    monkeypatch.setenv("MCPTUI_HOME", str(tmp_path))
    monkeypatch.setenv("MCPTUI_VAULT_KEY", base64.b64encode(bytes(32)).decode())
    (tmp_path / "mcptui.toml").write_text('version = 1\n\n[secrets]\nbackend = "vault"\n', encoding="utf-8")
    return Workspace.open()


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> FakeGateway:
    """What every command of this test takes for the gateway; it runs."""
    fake = FakeGateway(running=STATUS)
    monkeypatch.setattr(Workspace, "gateway", fake)
    return fake


@pytest.fixture
def run(ws: Workspace, gateway: FakeGateway) -> Run:
    """``run("server", "list", code=0, input="")``: one command, and the exit code that it must have."""

    def invoke(*words: str, code: int = 0, input: str | bytes = "") -> Result:  # noqa: A002
        result = CliRunner().invoke(main, list(words), input=input)
        assert result.exit_code == code, f"exit code {result.exit_code}\n{result.output}"
        return result

    return invoke
