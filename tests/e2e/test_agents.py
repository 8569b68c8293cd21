"""Real agents, whose configuration files mcptui writes, connect with them (``make clients``). None needs an account."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.support.demo_home import DemoHome, demo_home

pytestmark = [pytest.mark.clients, pytest.mark.timeout(240)]

MODULES = Path(os.environ.get("MCPTUI_CLIENTS", ".cache/clients")).absolute() / "node_modules"


@dataclass(frozen=True)
class Agent:
    """How to ask one agent which servers it has, and what it says of one that works."""

    command: str
    says: str
    environment: Mapping[str, str] = field(default_factory=dict)


AGENTS = {
    "claude-code": Agent("claude", "✔ Connected"),
    # It connects to none in a folder that nobody trusts.
    "gemini": Agent("gemini", "Connected", {"GEMINI_CLI_TRUST_WORKSPACE": "true"}),
    "opencode": Agent("opencode", "connected"),
    # It lists without connecting, after having checked its file.
    "codex": Agent("codex", "enabled"),
}
WAYS = (("--reveal", "--via", "url"), ("--via", "url"), ("--reveal", "--via", "command"))


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoHome]:
    """A home with the demo server."""
    with demo_home(tmp_path_factory.mktemp("agents") / "home") as running:
        yield running


@pytest.mark.parametrize("way", WAYS, ids=["key", "variable", "command"])
@pytest.mark.parametrize("client", AGENTS)
def test_it_connects(
    demo: DemoHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, client: str, way: tuple[str, ...]
) -> None:
    agent = AGENTS[client]
    for name in [name for name in os.environ if name.startswith(("XDG_", "CLAUDE", "CODEX", "GEMINI"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    demo.home("export", client, "--key", "examples", "--write", "--yes", *way, stdin=f"{demo.key}\n")
    done = subprocess.run(
        [str(MODULES / ".bin" / agent.command), "mcp", "list"],
        cwd=tmp_path,
        env={
            **os.environ,
            **agent.environment,
            **demo.home.environment,
            "MCPTUI_KEY": demo.key,
            "PATH": f"{MODULES / 'node' / 'bin'}{os.pathsep}{os.environ['PATH']}",
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    told = done.stdout + done.stderr
    assert "mcptui" in told
    assert agent.says in told
