"""The TypeScript SDK, both of its major versions, against servers of both eras (``make peers``)."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from mcptui.model import Server
from mcptui.protocol.versions import Era
from tests.support.gateway import RunningGateway, key
from tests.support.questions import ANSWERS, asking, count, question
from tests.support.upstream import Incoming, ScriptedUpstream

pytestmark = pytest.mark.npm

Serve = Callable[..., Awaitable[RunningGateway]]

MODULES = Path(os.environ.get("MCPTUI_PEERS", ".cache/peers")).absolute() / "node_modules"
NODE = str(MODULES / "node/bin/node")
SCRIPT = str(Path(__file__).with_name("typescript_client.mjs"))


async def run_client(gateway: RunningGateway, sdk: str, mode: str) -> dict[str, Any]:
    """What the client saw."""
    process = await asyncio.create_subprocess_exec(
        NODE, SCRIPT, str(MODULES), sdk, mode, f"{gateway.url}/mcp", "sk-all",
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await process.communicate()
    assert process.returncode == 0, err.decode()
    seen: dict[str, Any] = json.loads(out)
    return seen


@pytest.mark.parametrize("era", ["handshake", "stateless"])
@pytest.mark.parametrize(
    ("sdk", "mode", "version"),
    [
        ("v1", "legacy", "2025-11-25"),
        ("v2", "legacy", "2025-11-25"),
        ("v2", "auto", "2026-07-28"),
        ("v2", "2026-07-28", "2026-07-28"),
    ],
)
async def test_every_feature_of_a_call(serve: Serve, sdk: str, mode: str, version: str, era: Era) -> None:
    ended = asyncio.Event()

    async def hang(incoming: Incoming) -> dict[str, Any]:
        try:
            token = incoming.params["_meta"]["progressToken"]
            await incoming.notify("notifications/progress", {"progressToken": token, "progress": 1})
            await asyncio.Event().wait()
        finally:
            ended.set()
        return {}

    async with ScriptedUpstream(eras=(era,), tools={"ask": asking(era), "count": count, "hang": hang}) as upstream:
        gateway = await serve(Server(name="up", url=upstream.url), key("all", servers=("*",)))
        seen = await run_client(gateway, sdk, mode)
        async with asyncio.timeout(10):
            await ended.wait()
    assert seen["version"] == version
    assert seen["tools"] == ["up__ask", "up__count", "up__hang"]
    for kind, answer in ANSWERS.items():
        assert {name: seen[kind][name] for name in answer} == answer, kind
    assert [asked["message"] for asked in seen["elicited"]] == ["Which colour?", "Log in"]
    assert seen["elicited"][1]["url"] == question("url", era)[1]["url"]
    assert [asked["maxTokens"] for asked in seen["sampled"]] == [10]
    assert (seen["counted"], seen["progress"]) == ("done", [1, 2, 3])
    assert [logged["data"] for logged in seen["logged"]] == ["counted"] * 2
    assert "enough" in seen["cancelled"]
    assert seen["after"] == "done"
