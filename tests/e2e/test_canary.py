"""A secret is where it belongs, and in no other file, report, process or answer."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import psutil
import pytest

from tests.support.home import Done, Home

SECRET = "canary-4f9d1c7e2b"
ARGUMENT = "canary-argument-77a1"
PROGRAMS = Path(__file__).parent / "programs"
SERVER = PROGRAMS / "canary_server.py"
#: Secrets of a server over HTTP: what stands in its URL and in a header, and what OAuth makes of it.
IN_URL, IN_HEADER = "canary-4-url-0c1d2e3f", "canary-4-header-8a7b6c5d"
CLIENT_SECRET = "canary-4-client-" + "0123456789abcdef" * 8
ACCESS_TOKEN = "canary-4-access-" + "fedcba9876543210" * 8
#: As HTTP sends it.
BASIC = base64.b64encode(f"us:{CLIENT_SECRET}".encode()).decode()[:40]
REPORTS = (
    ("gateway", "status", "--json"),
    ("doctor", "--json"),
    ("doctor",),
    ("server", "list", "--json"),
    ("traffic", "list", "--json"),
    ("logs",),
    ("export", "claude"),
)


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


@pytest.fixture
def web_server() -> Iterator[str]:
    """Where the MCP server is that is its own authorization server."""
    command = (sys.executable, str(PROGRAMS / "canary_http_server.py"), ACCESS_TOKEN)
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}/mcp"
        process.terminate()


def processes() -> list[psutil.Process]:
    return [each for each in psutil.process_iter() if each.pid != psutil.Process().pid]


def nothing_in(text: str) -> None:
    for canary in ("canary-4", "canary-a", BASIC):
        assert canary not in text, text[max(0, text.find(canary) - 500) :][:1000]


def reports_of(home: Home, server: str) -> Sequence[Done]:
    """What is told of everything, for people and for programs."""
    return [home(*words, code=None) for words in (*REPORTS, ("server", "show", server, "--json"))]


def nothing_kept_in(home: Home) -> None:
    """No file has a secret, once everything is written."""
    home("gateway", "stop")
    files = [path for path in home.path.rglob("*") if path.is_file()]
    assert any(path.name.startswith("history.db") for path in files)
    for path in files:
        nothing_in(path.read_bytes().decode("latin-1"))


def test_a_secret_is_in_no_file_report_or_process_that_does_not_need_it(used: Home) -> None:
    # What was done is written at the end of the process at the latest.
    used("gateway", "restart")
    for done in reports_of(used, "leaky"):
        nothing_in(done.out + done.err)
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
    nothing_kept_in(used)


def test_what_servers_and_their_logins_are_sent_is_in_no_file_or_report(fresh: Home, web_server: str) -> None:
    """They repeat it in answers, errors, refusals, events and challenges, and where it is cut in the middle."""
    fresh("settings", "set", "--log-level", "debug")
    fresh("secret", "set", "in-url", stdin=IN_URL)
    fresh("secret", "set", "in-header", stdin=IN_HEADER)
    login = ("--auth-type", "oauth2", "--oauth-flow", "client_credentials", "--oauth-client-id", "us")
    sent = (web_server + "?api_key=${secret:in-url}", "--header", "X-Token=${secret:in-header}")
    fresh("server", "add", "web", *sent, *login, "--oauth-client-secret", stdin=CLIENT_SECRET)
    fresh("key", "create", "client", "--server", "web")
    told = [fresh("tool", "call", f"web__{name}", code=None) for name in ("result", "error", "noise")]
    for secret in (IN_URL, IN_HEADER, ACCESS_TOKEN):
        assert secret in told[0].out, "the result is the server's own word, and reaches who asked for it as it is"
    reports = [*reports_of(fresh, "web")]
    # From now on it refuses everybody.
    for key in ((), ("--key", "client")):
        reports.append(fresh("tool", "call", "web__refuse", *key, code=None))
        reports.append(fresh("tool", "call", "web__result", *key, code=None))
    reports.append(fresh("server", "test", "web", code=None))
    fresh("gateway", "restart")
    fresh("server", "test", "web", code=None)
    assert any("invalid_client" in done.err + done.out for done in reports), "its refusal is told"
    for done in [*reports, *reports_of(fresh, "web")]:
        nothing_in(done.out + done.err)
    nothing_kept_in(fresh)
