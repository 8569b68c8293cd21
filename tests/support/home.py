"""A whole mcptui in a directory of its own: the real command line, the real gateway process."""

from __future__ import annotations

import base64
import json
import os
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from click.testing import CliRunner

from mcptui.cli.main import main

#: How to start :mod:`tests.support.sdk_server`, from any directory; its mode follows.
SDK_SERVER: Final = (sys.executable, str(Path(__file__).with_name("sdk_server.py")))

_VAULT_KEY: Final = base64.b64encode(bytes(32)).decode()


@dataclass(frozen=True)
class Done:
    """A command that has ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What it wrote as JSON."""
        return json.loads(self.out)


@dataclass(frozen=True)
class Home:
    """A home of its own and the command line that works on it; secrets in a vault, never in a keyring."""

    path: Path
    port: int

    @classmethod
    def create(cls, path: Path) -> Home:
        """An empty home in the new directory ``path``, whose gateway will use a free port."""
        path.mkdir()
        home = cls(path, free_port())
        home.config.write_text(
            f'version = 1\n\n[gateway]\nport = {home.port}\n\n[secrets]\nbackend = "vault"\n', encoding="utf-8"
        )
        return home

    @property
    def url(self) -> str:
        """Where the gateway is, without a path."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def config(self) -> Path:
        """The state file."""
        return self.path / "mcptui.toml"

    def __call__(self, *words: str, code: int | None = 0, stdin: str = "", process: bool = False) -> Done:
        """Run ``mcptui words…`` and expect this exit code (None: any).

        Commands run in this process, which saves most of their time; with ``process``, and all about the gateway, in
        one of their own: nobody here would reap what they start, and they cannot run inside a test's event loop.
        """
        apart = process or words[0] == "gateway"
        done = self._run_process(words, stdin) if apart else self._run_here(words, stdin)
        assert "unexpected" not in done.err, done.err
        assert code is None or done.code == code, f"{words}: exit code {done.code}\n{done.out}\n{done.err}"
        return done

    @property
    def environment(self) -> dict[str, str]:
        """What a program needs to work on this home."""
        return {"MCPTUI_HOME": str(self.path), "MCPTUI_VAULT_KEY": _VAULT_KEY}

    def _run_here(self, words: tuple[str, ...], stdin: str) -> Done:
        result = CliRunner(env=self.environment).invoke(main, list(words), input=stdin)
        return Done(result.exit_code, result.stdout, result.stderr)

    def _run_process(self, words: tuple[str, ...], stdin: str) -> Done:
        process = subprocess.run(
            [sys.executable, "-m", "mcptui", *words],
            env={**os.environ, **self.environment},
            input=stdin,
            capture_output=True,
            text=True,
            timeout=50,
            check=False,
        )
        return Done(process.returncode, process.stdout, process.stderr)

    def new_key(self, name: str, *words: str) -> str:
        """Create a key and give back what a client sends."""
        return self("key", "create", name, *words).out.strip()


def free_port() -> int:
    """A port that nobody uses just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
