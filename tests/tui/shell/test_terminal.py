"""Where the app draws."""

from __future__ import annotations

import os
import pty
import select
import sys
from pathlib import Path

from mcptui.tui.shell.terminal import drawn_on


def test_the_app_is_drawn_on_the_first_that_is_a_terminal(tmp_path: Path) -> None:
    near, far = pty.openpty()
    with (tmp_path / "log").open("w") as log, os.fdopen(far, "w", encoding="utf-8") as terminal:
        assert drawn_on(terminal, log) is terminal
        assert drawn_on(log, terminal) is terminal
        assert drawn_on(None, terminal) is terminal
        assert drawn_on(log, log) is log
    os.close(near)


def test_errors_in_a_file_leave_the_screen_on_the_terminal(tmp_path: Path) -> None:
    log = tmp_path / "log"
    environment = os.environ | {"TERM": "xterm-256color", "HOME": str(tmp_path)}
    pid, file = pty.fork()
    if pid == 0:
        os.dup2(os.open(log, os.O_WRONLY | os.O_CREAT), 2)
        os.execve(sys.executable, [sys.executable, "-m", "bench.scene", str(tmp_path / "home")], environment)
    seen = b""
    while b"Servers" not in seen and select.select([file], [], [], 30)[0]:
        seen += os.read(file, 1 << 16)
    os.write(file, b"\x11")  # ctrl+q
    os.kill(pid, 9)
    os.waitpid(pid, 0)
    os.close(file)
    assert b"Servers" in seen
    assert log.read_bytes() == b""
