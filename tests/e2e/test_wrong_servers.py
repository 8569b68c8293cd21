"""Servers that do not work: each says on the command line what is wrong with it."""

from __future__ import annotations

import sys

import pytest

from tests.support.home import Home, free_port

EXITS = "import sys; print('no licence file', file=sys.stderr); sys.exit(7)"
GARBAGE = "import sys\nprint('Welcome to my server!', flush=True)\nfor _ in sys.stdin: print('what?', flush=True)"
# A server that prints garbage may still begin to speak MCP: it gets all the time that it has to start.
SOON = ("--timeout", "2", "--start-timeout", "5")


def message(home: Home, *target: str, stdin: str = "", options: tuple[str, ...] = ()) -> str:
    """What ``server test`` says about a server that was saved without a look."""
    home("server", "add", "wrong", *SOON, *options, "--no-test", *target, stdin=stdin)
    tested = home("server", "test", "wrong", code=1)
    assert tested.out == ""
    return tested.err


def test_a_command_that_does_not_exist(running: Home) -> None:
    said = message(running, "--", "no-such-program-anywhere")
    assert "start failed" in said
    assert "no-such-program-anywhere" in said
    assert "Hint:" in said


def test_a_command_that_exits(running: Home) -> None:
    said = message(running, "--", sys.executable, "-c", EXITS)
    assert "exit" in said
    assert "7" in said
    assert "no licence file" in said


def test_a_command_that_prints_garbage(running: Home) -> None:
    said = message(running, "--", sys.executable, "-c", GARBAGE)
    assert "Welcome to my server!" in said
    assert "Hint:" in said


def test_a_url_where_nobody_listens(running: Home) -> None:
    said = message(running, f"http://127.0.0.1:{free_port()}/mcp")
    assert "connect failed" in said
    assert "Hint:" in said


def test_a_host_that_does_not_exist(running: Home) -> None:
    said = message(running, "http://no-such-host.invalid/mcp")
    assert "no-such-host.invalid" in said
    assert "Hint:" in said


def test_a_web_page(running: Home, website: str) -> None:
    said = message(running, website)
    assert "MCP" in said
    assert "Hint:" in said


@pytest.mark.parametrize("token", [None, "wrong-token"])
def test_a_token_that_is_missing_or_wrong(running: Home, sdk_server: str, token: str | None) -> None:
    options = ("--auth-type", "bearer_token") if token else ()
    said = message(running, f"{sdk_server}/gated/mcp", options=options, stdin=f"{token}\n")
    assert "401" in said
    assert "Hint:" in said
    assert "wrong-token" not in said


def test_what_is_wrong_differs(running: Home, website: str) -> None:
    targets = {
        "command": ["--", "no-such-program-anywhere"],
        "exits": ["--", sys.executable, "-c", EXITS],
        "garbage": ["--", sys.executable, "-c", GARBAGE],
        "nobody": [f"http://127.0.0.1:{free_port()}/mcp"],
        "page": [website],
    }
    said = set()
    for name, target in targets.items():
        added = running("server", "add", name, *SOON, *target)
        assert f"mcptui server test {name}" in added.err
        error, hint = added.err.split("saved, but ")[1].splitlines()[:2]
        said |= {error.replace(name, "NAME"), hint}
    assert len(said) == 2 * len(targets)


def test_a_broken_server_does_not_disturb_the_others(running: Home) -> None:
    running("server", "add", "broken", "--no-test", "--", sys.executable, "-c", EXITS)
    running("server", "add", "time", "--", sys.executable, "-m", "mcp_server_time", "--local-timezone", "UTC")
    assert len(running("tool", "list", "--json").json) == 2
    assert "broken" in running("gateway", "status").out
