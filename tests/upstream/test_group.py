from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mcptui.upstream import group

_BUSY = (
    "import sys\nsys.stdin.readline()\nn = 0\nwhile n < 4_000_000: n += 1\nprint('done', flush=True)\nsys.stdin.read()"
)


@pytest.fixture
def busy() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(
        [sys.executable, "-S", "-c", _BUSY], stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
    ) as process:
        yield process
        process.kill()


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
def test_work_is_seen(busy: subprocess.Popen[bytes]) -> None:
    assert busy.stdin is not None
    assert busy.stdout is not None
    before = group.work(busy.pid)
    busy.stdin.write(b"\n")
    busy.stdin.flush()
    assert busy.stdout.readline() == b"done\n"
    after = group.work(busy.pid)
    assert before is not None
    assert after is not None
    assert after > before


def test_where_nobody_can_say(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(group, "_PROC", tmp_path / "none")
    assert group.work(1) is None


def test_what_is_left(busy: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    assert group.is_left(busy.pid)
    os.killpg(busy.pid, signal.SIGKILL)
    busy.wait()
    assert not group.is_left(busy.pid)

    def refuse(*_: int) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "killpg", refuse)
    assert group.is_left(busy.pid)
