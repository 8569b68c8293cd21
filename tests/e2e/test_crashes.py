"""Processes that are killed and files that are broken: nothing is lost, everything is explained."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from contextlib import suppress

import psutil

from tests.support.home import SDK_SERVER, Home

SDK = ("--", *SDK_SERVER, "stdio")


def gateway_pid(home: Home) -> int:
    """The process that serves."""
    pid: int = home("gateway", "status", "--json").json["pid"]
    return pid


def server_pid(home: Home) -> int:
    """The process of the stdio server."""
    return int(home("tool", "call", "sdk__pid").out)


def gone(pid: int) -> None:
    """Wait until there is no such process."""
    with suppress(psutil.NoSuchProcess):
        psutil.Process(pid).wait(timeout=10)


def test_a_killed_gateway_leaves_no_child_and_starts_again(running: Home) -> None:
    running("server", "add", "sdk", "--no-probe", *SDK)
    running("gateway", "reload")
    child, parent = server_pid(running), gateway_pid(running)
    assert parent in {process.pid for process in psutil.Process(child).parents()}
    os.kill(parent, signal.SIGKILL)
    gone(parent)
    gone(child)
    assert "not running" in running("gateway", "status", code=5).err
    running("gateway", "start")
    assert server_pid(running) != child


def test_a_stopped_gateway_leaves_no_child(running: Home) -> None:
    running("server", "add", "sdk", "--no-probe", *SDK)
    running("gateway", "reload")
    child = server_pid(running)
    running("gateway", "stop")
    gone(child)


def test_a_killed_server_is_started_again(running: Home) -> None:
    running("server", "add", "sdk", "--no-probe", *SDK)
    running("gateway", "reload")
    first = server_pid(running)
    os.kill(first, signal.SIGKILL)
    gone(first)
    assert server_pid(running) != first


def test_starting_twice_keeps_the_one_that_runs(running: Home) -> None:
    first = gateway_pid(running)
    running("gateway", "start")
    assert gateway_pid(running) == first
    running("gateway", "restart")
    assert gateway_pid(running) != first


def test_a_port_in_use_is_named(home: Home) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", home.port))
        other.listen()
        said = home("gateway", "start", code=1).err
    assert str(home.port) in said
    assert str(os.getpid()) in said


async def test_a_broken_file_keeps_the_last_good_state(running: Home) -> None:
    await asyncio.to_thread(running, "server", "add", "sdk", "--no-probe", *SDK)
    await asyncio.to_thread(running, "gateway", "reload")
    good = running.config.read_text(encoding="utf-8")
    running.config.write_text(good + "\n[servers.sdk\nurl = 5\n", encoding="utf-8")
    async with asyncio.timeout(10):
        while (await asyncio.to_thread(running, "gateway", "status", "--json")).json["config_error"] is None:
            pass
    status = await asyncio.to_thread(running, "gateway", "status")
    assert "the last good state is" in status.err
    assert "mcptui.toml:" in status.err
    # A command that reads the file itself says where; nothing is written over it.
    refused = await asyncio.to_thread(running, "server", "disable", "sdk", code=1)
    assert "mcptui.toml:" in refused.err
    assert running.config.read_text(encoding="utf-8").endswith("url = 5\n")
    # The gateway goes on with what it had.
    status_json = (await asyncio.to_thread(running, "gateway", "status", "--json")).json
    assert [server["name"] for server in status_json["servers"]] == ["sdk"]
    running.config.write_text(good, encoding="utf-8")
    async with asyncio.timeout(10):
        while (await asyncio.to_thread(running, "gateway", "status", "--json")).json["config_error"]:
            pass
