from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from mcptui.demo.entry import SERVER_NAME
from mcptui.demo.run import demo_workspace
from mcptui.demo.setup import DENIED_TOOL, LIMITED_KEY
from mcptui.demo.visitors import CALLS, visiting
from mcptui.model.calls import CallQuery
from mcptui.services.access import apply_draft, grant_missing

if TYPE_CHECKING:
    from pathlib import Path

    from mcptui.model import State
    from mcptui.model.runtime import CallRecord
    from mcptui.services.workspace import Workspace

#: The process outlives the object that started it, and is ended through the gateway's own socket.
pytestmark = pytest.mark.filterwarnings("ignore:subprocess .* is still running:ResourceWarning")


async def calls_of(workspace: Workspace, text: str, *, at_least: int = 1) -> list[CallRecord]:
    """The calls that a filter finds, as soon as there are enough."""
    query = CallQuery(text, "2026-01-01T00:00:00+00:00")
    while True:
        found = await workspace.gateway.search_calls(query)
        if found.total >= at_least:
            return await workspace.gateway.found_calls(query, found.newest, limit=at_least)
        await asyncio.sleep(0.02)


def share_the_demo_server(state: State) -> State:
    """One process for all keys, which need a second each to start."""
    shared = replace(state.servers[SERVER_NAME], isolation="shared")
    return replace(state, servers={**state.servers, SERVER_NAME: shared})


def test_clients_call_and_one_is_denied_until_it_is_granted(tmp_path: Path) -> None:
    with demo_workspace(tmp_path / "h") as demo:
        workspace = demo.workspace
        workspace.change("Share the demo server", share_the_demo_server)

        async def watch() -> None:
            await workspace.gateway.start()
            (denied,) = await calls_of(workspace, f"key:{LIMITED_KEY} outcome:denied")
            assert denied.name == f"demo__{DENIED_TOOL}"
            missing = grant_missing(workspace.load().state, denied)
            assert missing is not None
            assert missing.draft is not None
            apply_draft(workspace, missing.draft)
            await calls_of(workspace, f"key:{LIMITED_KEY} outcome:ok tool:{DENIED_TOOL}")
            for _, client, tool, _ in CALLS:
                assert await calls_of(workspace, f"client:{client} tool:{tool}")

        with visiting(demo, pause=0.01):
            asyncio.run(asyncio.wait_for(watch(), 60))
    assert "demo clients" not in {thread.name for thread in threading.enumerate()}


def test_without_a_gateway_they_wait(tmp_path: Path) -> None:
    with demo_workspace(tmp_path / "h") as demo, visiting(demo, pause=0.001):
        assert asyncio.run(demo.workspace.gateway.status()) is None
    assert "demo clients" not in {thread.name for thread in threading.enumerate()}
