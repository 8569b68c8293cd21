from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import httpx2
import psutil
import pytest

from mcptui.demo.run import demo_workspace


@pytest.fixture
def directory() -> Iterator[Path]:
    """A temporary directory with a short name: a socket in it must fit into sun_path."""
    with tempfile.TemporaryDirectory(prefix="mcptui-") as name:
        yield Path(name)


def start(directory: Path, *options: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "mcptui", "demo", "--headless", *options],
        env={**os.environ, "TMPDIR": str(directory)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def left_behind(directory: Path) -> list[str]:
    """Files of the demo, and processes that have its home in their environment or command line."""
    found = [path.name for path in directory.glob("mcptui-demo-*")]
    for process in psutil.process_iter():
        try:
            if str(directory) in " ".join(process.environ().values()) and process.pid != os.getpid():
                found.append(" ".join(process.cmdline()))
        except (psutil.Error, OSError):
            continue
    return found


def lines(stream: IO[str] | None, count: int) -> list[str]:
    assert stream is not None
    return [stream.readline().rstrip("\n") for _ in range(count)]


def test_once_prints_a_result_that_came_through_the_gateway_and_leaves_nothing(directory: Path) -> None:
    process = start(directory, "--once")
    out, err = process.communicate(timeout=50)
    assert process.returncode == 0, err
    url, key, result = out.splitlines()
    assert url.startswith("URL  http://127.0.0.1:")
    assert key.startswith("Key  sk-mcptui-")
    assert result == 'demo__calculate {"expression": "6 * 7"} → 42'
    assert left_behind(directory) == []


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 0), (signal.SIGTERM, 143)])
def test_headless_serves_until_it_is_told_to_end(directory: Path, number: signal.Signals, code: int) -> None:
    process = start(directory)
    try:
        url, key, result = (line.partition("  ")[2] or line for line in lines(process.stdout, 3))
        assert result.endswith("→ 42")
        request = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
        headers = {"Accept": "application/json, text/event-stream", "x-litellm-api-key": f"Bearer {key}"}
        assert "demo__book_room" in httpx2.post(url, json=request, headers=headers, timeout=20).text
        headers["x-litellm-api-key"] = "Bearer sk-mcptui-wrong"
        assert httpx2.post(url, json=request, headers=headers, timeout=20).status_code == 401
        process.send_signal(number)
        process.communicate()
    finally:
        process.kill()
        process.communicate()
    assert process.returncode == code
    assert left_behind(directory) == []


def test_a_given_home_is_kept(directory: Path) -> None:
    home = directory / "home"
    with demo_workspace(home) as demo:
        assert demo.workspace.paths.config_dir == home
    assert (home / "mcptui.toml").exists()
