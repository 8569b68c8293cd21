"""Who can look into the gateway's process."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from mcptui.daemon import protection

ROOT = Path(__file__).parents[2]
PROTECTED = """
import ctypes, subprocess, sys
from mcptui.daemon.protection import protect_memory
dumpable = "import ctypes; print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0), flush=True)"
exec(dumpable)
protect_memory()
exec(dumpable)
subprocess.run([sys.executable, "-S", "-c", dumpable], check=True)
sys.stdin.readline()
"""
linux = pytest.mark.skipif(sys.platform != "linux", reason="prctl is of Linux")


#: One that every account can run; that of the tests may lie in the home of one.
ANYBODYS = "/usr/bin/python3"


def start(python: str = sys.executable, user: str | None = None) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "MCPTUI_VAULT_KEY": "canary"}
    return subprocess.Popen(
        [python, "-c", PROTECTED],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
        user=user,
    )


@linux
def test_the_process_is_not_dumpable_and_what_it_starts_is() -> None:
    with start() as process:
        out, _ = process.communicate("\n")
    assert out.split() == ["1", "0", "1"]


@linux
@pytest.mark.skipif(os.getuid() != 0 or not Path(ANYBODYS).exists(), reason="starts processes of another account")
def test_another_process_of_the_account_reads_neither_memory_nor_environment() -> None:
    with start(ANYBODYS, "nobody") as process:
        assert process.stdout is not None
        assert [process.stdout.readline() for _ in range(3)][1] == "0\n"
        for name in ("environ", "mem", "maps", "fd/0"):
            read = subprocess.run(
                ["/bin/cat", f"/proc/{process.pid}/{name}"], user="nobody", capture_output=True, text=True, check=False
            )
            assert "Permission denied" in read.stderr, name
            assert "canary" not in read.stdout
        process.communicate("\n")


def test_elsewhere_there_is_no_core_dump(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[int, tuple[int, int]]] = []
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(resource, "getrlimit", lambda _: (5, 9))
    monkeypatch.setattr(resource, "setrlimit", lambda *arguments: asked.append(arguments))
    protection.protect_memory()
    assert asked == [(resource.RLIMIT_CORE, (0, 9))]
