"""Processes that are killed and files that are broken: nothing is lost, everything is explained."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
from contextlib import suppress

import psutil

from tests.support.home import SMALL_SERVER, Home

SMALL = ("--", *SMALL_SERVER)


def gateway_pid(home: Home) -> int:
    """The process that serves."""
    pid: int = home("gateway", "status", "--json").json["pid"]
    return pid


def server_pid(home: Home) -> int:
    """The process of the stdio server."""
    pid, _ = json.loads(home("tool", "call", "small__pids").out)
    return int(pid)


def gone(pid: int) -> None:
    """Wait until there is no such process."""
    with suppress(psutil.NoSuchProcess):
        psutil.Process(pid).wait(timeout=10)


def test_a_killed_gateway_leaves_no_child_and_starts_again(fresh: Home) -> None:
    fresh("server", "add", "small", "--no-test", *SMALL)
    child, parent = server_pid(fresh), gateway_pid(fresh)
    assert parent in {process.pid for process in psutil.Process(child).parents()}
    os.kill(parent, signal.SIGKILL)
    gone(parent)
    gone(child)
    assert "not running" in fresh("gateway", "status", code=5).err
    fresh("gateway", "start")
    assert server_pid(fresh) != child


def test_a_stopped_gateway_leaves_no_child(fresh: Home) -> None:
    fresh("server", "add", "small", "--no-test", *SMALL)
    child = server_pid(fresh)
    fresh("gateway", "stop")
    gone(child)


def test_a_killed_server_is_started_again(running: Home) -> None:
    running("server", "add", "small", "--no-test", *SMALL)
    first = server_pid(running)
    os.kill(first, signal.SIGKILL)
    gone(first)
    assert server_pid(running) != first


def test_starting_twice_keeps_the_one_that_runs(fresh: Home) -> None:
    first = gateway_pid(fresh)
    fresh("gateway", "start")
    assert gateway_pid(fresh) == first
    fresh("gateway", "restart")
    assert gateway_pid(fresh) != first


def test_a_port_in_use_is_named(home: Home) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", home.port))
        other.listen()
        said = home("gateway", "start", code=1).err
    assert str(home.port) in said
    assert str(os.getpid()) in said


async def test_a_broken_file_keeps_the_last_good_state(running: Home) -> None:
    await asyncio.to_thread(running, "server", "add", "small", "--no-test", *SMALL)
    good = running.config.read_text(encoding="utf-8")
    running.config.write_text(good + "\n[servers.small\nurl = 5\n", encoding="utf-8")
    async with asyncio.timeout(10):
        while (await asyncio.to_thread(running, "gateway", "status", "--json")).json["config_error"] is None:
            pass
    status = await asyncio.to_thread(running, "gateway", "status")
    assert "the last valid state is" in status.err
    assert "mcptui.toml:" in status.err
    # A command that reads the file itself says where; nothing is written over it.
    refused = await asyncio.to_thread(running, "server", "disable", "small", code=1)
    assert "mcptui.toml:" in refused.err
    assert running.config.read_text(encoding="utf-8").endswith("url = 5\n")
    # The gateway goes on with what it had.
    status_json = (await asyncio.to_thread(running, "gateway", "status", "--json")).json
    assert [server["name"] for server in status_json["servers"]] == ["small"]
    running.config.write_text(good, encoding="utf-8")
    async with asyncio.timeout(10):
        while (await asyncio.to_thread(running, "gateway", "status", "--json")).json["config_error"]:
            pass
