"""A whole mcptui in a directory of its own: the real command line, the real gateway process."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import secrets
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from click.testing import CliRunner

from mcptui.cli.main import main
from mcptui.files import replace_file

#: How to start :mod:`tests.support.sdk_server`, from any directory; its mode follows.
SDK_SERVER: Final = (sys.executable, str(Path(__file__).with_name("sdk_server.py")))
#: The same for :mod:`tests.support.stdio_server`, which starts in a fiftieth of the time; its kinds may follow.
SMALL_SERVER: Final = (sys.executable, "-S", str(Path(__file__).with_name("stdio_server.py")))

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

        Commands run in this process, which saves most of their time; with ``process``, and those that start the
        gateway, in one of their own: nobody here would reap what they start.
        """
        apart = process or words[:2] in {("gateway", "start"), ("gateway", "restart")}
        done = self._run_process(words, stdin) if apart else self._run_here(words, stdin)
        assert "unexpected" not in done.err, done.err
        assert code is None or done.code == code, f"{words}: exit code {done.code}\n{done.out}\n{done.err}"
        return done

    @property
    def environment(self) -> dict[str, str]:
        """What a program needs to work on this home."""
        return {"MCPTUI_HOME": str(self.path), "MCPTUI_VAULT_KEY": _VAULT_KEY}

    def _run_here(self, words: tuple[str, ...], stdin: str) -> Done:
        # Commands run an event loop of their own, which cannot be in the thread where that of a test runs.
        with ThreadPoolExecutor(1) as thread:
            runner = CliRunner(env=self.environment)
            result = thread.submit(runner.invoke, main, list(words), input=stdin).result()
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


@contextlib.contextmanager
def running_home(path: Path) -> Iterator[Home]:
    """An empty home in the new directory ``path``, with its gateway running."""
    home = Home.create(path)
    home("gateway", "start")
    try:
        yield home
    finally:
        home("gateway", "stop", code=None)


@contextlib.contextmanager
def undone(home: Home) -> Iterator[Home]:
    """The home for one test: what that changes in state and secrets is undone, and the gateway goes on."""
    vault = home.path / "state" / "vault.json"
    before = {file: file.read_bytes() if file.exists() else None for file in (home.config, vault)}
    try:
        yield home
    finally:
        for file, content in before.items():
            if content is None:
                file.unlink(missing_ok=True)
            else:
                replace_file(file, content, mode=0o600)
        home("gateway", "reload")


def free_port() -> int:
    """A port that nobody uses just now, and that the system gives to no connection meanwhile: it is below those."""
    while True:
        port = 20_000 + secrets.randbelow(12_000)  # nobody seeds this
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
