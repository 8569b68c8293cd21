"""Forms for the tools, prompts and templates of real servers, as they come through the gateway."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from mcptui.model import Server
from mcptui.schema import UNSET, build, skeleton
from mcptui.tui.playground.items import Item, items
from tests.support.forms import EditorApp, open_fill_toggle
from tests.support.gateway import running_gateway, state
from tests.support.home import SDK_SERVER

_MODULES = Path(os.environ.get("MCPTUI_PEERS", ".cache/peers")).absolute() / "node_modules"


def node(package: str, *words: str) -> tuple[str, ...]:
    """The command of a server from the npm registry."""
    return str(_MODULES / "node/bin/node"), str(_MODULES / "@modelcontextprotocol" / package / "dist/index.js"), *words


def git(directory: Path) -> tuple[str, ...]:
    subprocess.run(["git", "init", "-q", str(directory)], check=True)
    return sys.executable, "-m", "mcp_server_git", "--repository", str(directory)


def sdk_everything(_: Path) -> tuple[str, ...]:
    """The everything-server of the official SDK's source distribution."""
    from conformance.servers import program
    from conformance.suite import everything_server

    code = f"import sys; sys.path.insert(0, {str(everything_server())!r}); {program('stdio')}"
    return sys.executable, "-c", code


async def check_server(command: tuple[str, ...], directory: Path, least: int) -> None:
    """Open the form of everything that the server offers."""
    server = Server(name="real", command=command[0], args=command[1:])
    async with running_gateway(state(server), directory / "s") as gateway:
        await gateway.read()
        assert gateway.control is not None
        found = items(await gateway.control.listed(None))
    assert len(found) >= least
    app = EditorApp()
    async with app.run_test(size=(100, 40)):
        for item in found.values():
            await check_item(app, item)


async def check_item(app: EditorApp, item: Item) -> None:
    field = build(item.schema)
    for value in (UNSET, {}, skeleton(field), {"unknown": [2**70, "", None, {"é": {}}]}):
        await open_fill_toggle(app, f"{item.key} {item.schema}", item.schema, value)


@pytest.mark.parametrize(
    ("command", "least"),
    [
        (lambda _: (sys.executable, "-m", "mcp_server_time", "--local-timezone", "UTC"), 2),
        pytest.param(git, 12, marks=pytest.mark.soak),
        pytest.param(lambda _: (*SDK_SERVER, "stdio"), 6, marks=pytest.mark.soak),
    ],
    ids=["time", "git", "sdk"],
)
async def test_python_servers(command: Callable[[Path], tuple[str, ...]], least: int, tmp_path: Path) -> None:
    await check_server(command(tmp_path), tmp_path, least)


@pytest.mark.soak
async def test_the_everything_server_of_the_sdk(tmp_path: Path) -> None:
    await check_server(sdk_everything(tmp_path), tmp_path, 28)


@pytest.mark.npm
@pytest.mark.parametrize(
    ("command", "least"),
    [
        (lambda _: node("server-everything", "stdio"), 24),
        (lambda directory: node("server-filesystem", str(directory)), 14),
        (lambda _: node("server-memory"), 9),
        (lambda _: node("server-sequential-thinking"), 1),
    ],
    ids=["everything", "filesystem", "memory", "sequential-thinking"],
)
async def test_npm_servers(command: Callable[[Path], tuple[str, ...]], least: int, tmp_path: Path) -> None:
    await check_server(command(tmp_path), tmp_path, least)
