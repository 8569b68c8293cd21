"""A secret is where it belongs, and in no other file, report, process or answer."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import psutil
import pytest

from tests.support.home import Home

SECRET = "canary-4f9d1c7e2b"
ARGUMENT = "canary-argument-77a1"
SERVER = Path(__file__).parent / "programs/canary_server.py"


@pytest.fixture
def used(fresh: Home) -> Home:
    """A home whose server has told its secret in every way, to the owner and to a key."""
    fresh("server", "add", "leaky", "--env", f"API_TOKEN={SECRET}", "--", sys.executable, str(SERVER))
    fresh("key", "create", "client", "--server", "leaky")
    # The result is the server's own word, and reaches who asked for it as it is.
    assert SECRET in fresh("tool", "call", "leaky__result", f"api_key={ARGUMENT}").out
    fresh("tool", "call", "leaky__error", code=None)
    ended = fresh("tool", "call", "leaky__end", code=None)
    assert "fatal: cannot log in with [removed: a secret]" in ended.err
    fresh("tool", "call", "leaky__end", "--key", "client", code=None)
    return fresh


def processes() -> list[psutil.Process]:
    return [each for each in psutil.process_iter() if each.pid != psutil.Process().pid]


def test_a_secret_is_in_no_file_report_or_process_that_does_not_need_it(used: Home) -> None:
    # What was done is written at the end of the process at the latest.
    used("gateway", "restart")
    reports = [
        used(*command, code=None)
        for command in (
            ("gateway", "status", "--json"),
            ("doctor", "--json"),
            ("doctor",),
            ("server", "show", "leaky", "--json"),
            ("server", "list", "--json"),
            ("traffic", "list", "--json"),
            ("logs",),
            ("export", "claude"),
        )
    ]
    for done in reports:
        assert "canary-4" not in done.out + done.err
        assert "canary-a" not in done.out + done.err
    recorded = used("traffic", "list", "--json")
    assert {call["name"] for call in recorded.json} >= {"leaky__result", "leaky__error", "leaky__end"}
    assert "it is [removed: a secret]" in recorded.out
    assert "401 for [removed: a secret]" in recorded.out
    for process in processes():
        try:
            assert SECRET not in " ".join(process.cmdline())
            is_the_server = str(SERVER) in process.cmdline()
            assert is_the_server or SECRET not in json.dumps(process.environ())
        except psutil.Error:
            continue
    used("gateway", "stop")
    files = [path for path in used.path.rglob("*") if path.is_file()]
    assert any(path.name.startswith("history.db") for path in files)
    for path in files:
        assert b"canary-4" not in path.read_bytes(), path
        assert b"canary-a" not in path.read_bytes(), path
