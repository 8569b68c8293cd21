"""Where the app draws."""

from __future__ import annotations

import io
import os
import pty
import select
import signal
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from textual.drivers.linux_driver import LinuxDriver

from mcptui.tui.shell.terminal import Terminal, TerminalDriver, drawn_on


def test_the_app_is_drawn_on_the_first_that_is_a_terminal(tmp_path: Path) -> None:
    near, far = pty.openpty()
    with (tmp_path / "log").open("w") as log, os.fdopen(far, "w", encoding="utf-8") as terminal:
        assert drawn_on(terminal, log) is terminal
        assert drawn_on(log, terminal) is terminal
        assert drawn_on(None, terminal) is terminal
        assert drawn_on(log, log) is log
    os.close(near)


def started(home: Path, log: Path) -> tuple[int, int]:
    """The app on a terminal of its own, once it is drawn: its process, and the other end of its terminal."""
    environment = os.environ | {"TERM": "xterm-256color", "HOME": str(home)}
    pid, file = pty.fork()
    if pid == 0:
        os.dup2(os.open(log, os.O_WRONLY | os.O_CREAT), 2)
        os.execve(sys.executable, [sys.executable, "-m", "bench.scene", str(home / "home")], environment)
    read_until(file, b"Servers")
    return pid, file


def read_until(file: int, text: bytes) -> bytes:
    seen = b""
    while text not in seen and select.select([file], [], [], 30)[0]:
        seen += os.read(file, 1 << 16)
    assert text in seen
    return seen


def test_errors_in_a_file_leave_the_screen_on_the_terminal(tmp_path: Path) -> None:
    log = tmp_path / "log"
    pid, file = started(tmp_path, log)
    os.kill(pid, signal.SIGTERM)
    assert b"\x1b[?25h" in read_until(file, b"\x1b[?1049l\x1b[?25h")  # as it was, with its cursor
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 128 + signal.SIGTERM
    os.close(file)
    assert log.read_bytes() == b""


def test_the_app_ends_with_its_terminal(tmp_path: Path) -> None:
    pid, file = started(tmp_path, tmp_path / "log")
    os.close(file)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 128 + signal.SIGHUP


def test_a_program_that_runs_is_not_started_again(monkeypatch: pytest.MonkeyPatch) -> None:
    starts: list[Any] = []
    monkeypatch.setattr(LinuxDriver, "_sigcont_application", lambda *_: starts.append(1))
    driver = TerminalDriver.__new__(TerminalDriver)
    for thread, count in ((None, 1), (threading.Thread(), 2), (threading.main_thread(), 2)):
        driver._key_thread = thread
        driver._sigcont_application(signal.SIGCONT, None)
        assert len(starts) == count


def test_what_is_written_to_a_terminal_that_is_gone_is_lost() -> None:
    near, far = pty.openpty()
    with io.TextIOWrapper(os.fdopen(far, "wb", buffering=0), write_through=True) as file:
        terminal = Terminal(file)
        terminal.write("a")
        assert os.read(near, 1) == b"a"
        os.close(near)
        terminal.write("b")
        terminal.flush()
