"""``mcptui demo``: a complete mcptui in a temporary home."""

from __future__ import annotations

import asyncio
import json
import shutil
import signal
import socket
import sys
import tempfile
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mcptui.demo.entry import SERVER_NAME
from mcptui.demo.guard import guarded
from mcptui.demo.past import write_past
from mcptui.demo.serve import serving_model
from mcptui.demo.setup import KEY_NAME, fill
from mcptui.services.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import FrameType

_ARGUMENTS: Final = {"expression": "6 * 7"}


@dataclass(frozen=True, slots=True)
class Demo:
    """A demo home that is ready: its workspace, the gateway's MCP endpoint, its keys by name."""

    workspace: Workspace
    url: str
    keys: Mapping[str, str] = field(repr=False)

    @property
    def key(self) -> str:
        """The key for a person's own client."""
        return self.keys[KEY_NAME]


@contextmanager
def demo_workspace(home: Path | None = None) -> Iterator[Demo]:
    """Prepare a home (a temporary one, or the empty directory ``home``) and serve the demo model.

    The gateway is started by whoever uses the demo; it is stopped at the end, however that comes.
    """
    directory = Path(tempfile.mkdtemp(prefix="mcptui-demo-")) if home is None else home
    try:
        with _termination_as_exit(), guarded(directory, temporary=home is None), serving_model() as model_url:
            workspace = Workspace.open(directory)
            keys = fill(workspace, port=_free_port(), model_url=model_url)
            state = workspace.load().state
            write_past(workspace.paths.history_db, state)
            url = f"{state.gateway.base_url}/mcp"
            try:
                yield Demo(workspace, url, keys)
            finally:
                asyncio.run(workspace.gateway.stop())
    finally:
        if home is None:
            shutil.rmtree(directory, ignore_errors=True)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def _termination_as_exit() -> Iterator[None]:
    """Being terminated, or losing the terminal, ends the program in order, so that no process stays behind."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    signals = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {number: signal.signal(number, _exit) for number in signals}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _exit(number: int, _frame: FrameType | None) -> None:
    sys.exit(128 + number)


def run_headless(demo: Demo, *, once: bool = False) -> int:
    """Print URL and key, call a tool through the gateway as any client would, serve until interrupted."""
    try:
        asyncio.run(_headless(demo, once=once))
    except KeyboardInterrupt:
        print("\nstopped", file=sys.stderr)
    return 0


async def _headless(demo: Demo, *, once: bool) -> None:
    await demo.workspace.gateway.start()
    print(f"URL  {demo.url}")
    print(f"Key  {demo.key}", flush=True)
    tool = f"{SERVER_NAME}__calculate"
    print(f"{tool} {json.dumps(_ARGUMENTS)} → {await _call(demo, tool)}", flush=True)
    if not once:
        print("Serving until interrupted (Ctrl+C).", file=sys.stderr, flush=True)
        await asyncio.Event().wait()


async def _call(demo: Demo, tool: str) -> str:
    """The text of a tool's result, with the official client over Streamable HTTP."""
    # Only here: the SDK takes a second to load.
    import httpx2
    from mcp import Client
    from mcp.client.streamable_http import streamable_http_client

    headers = {"Authorization": f"Bearer {demo.key}"}
    # No proxy of the environment leads to this machine.
    async with (
        httpx2.AsyncClient(headers=headers, timeout=30, trust_env=False) as http,
        Client(streamable_http_client(demo.url, http_client=http)) as client,
    ):
        result = await client.call_tool(tool, _ARGUMENTS)
    return "\n".join(block.text for block in result.content if block.type == "text")
