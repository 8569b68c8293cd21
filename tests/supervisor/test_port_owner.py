from __future__ import annotations

import os
import shutil
import socket
import subprocess
from pathlib import Path

import pytest

from mcptui.supervisor.port_owner import free_port, port_owner


@pytest.fixture
def listening() -> socket.socket:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    return listener


def test_who_listens(listening: socket.socket) -> None:
    with listening:
        owner = port_owner(listening.getsockname()[1])
    assert owner is not None
    assert owner.endswith(f"(pid {os.getpid()})")


def test_nobody_listens(listening: socket.socket) -> None:
    port = listening.getsockname()[1]
    listening.close()
    assert port_owner(port) is None


def test_a_port_that_is_free(listening: socket.socket) -> None:
    with listening:
        taken = listening.getsockname()[1]
        free = free_port("127.0.0.1", taken)
    assert free is not None
    assert free != taken
    assert free_port("127.0.0.1", 65_536) is None


@pytest.mark.parametrize(
    ("output", "owner"), [("p12\ncnode\n", "node (pid 12)"), ("p12\n", "a program (pid 12)"), ("", None)]
)
def test_where_there_is_no_proc(monkeypatch: pytest.MonkeyPatch, output: str, owner: str | None) -> None:
    done = subprocess.CompletedProcess([], 0, output, "")
    monkeypatch.setattr(shutil, "which", lambda _: "/usr/sbin/lsof")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: done)
    monkeypatch.setattr(Path, "exists", lambda _: False)
    assert port_owner(4000) == owner


def test_where_there_is_nothing_to_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.setattr(Path, "exists", lambda _: False)
    assert port_owner(4000) is None
