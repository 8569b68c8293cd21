"""SDKs for agents of other makers (``make agents``), by way of /v1 and of /mcp, with a real server behind the gateway
and a model that does as it is told."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.support.home import Home
from tests.support.obedient import obey
from tests.support.provider import ScriptedProvider

pytestmark = [pytest.mark.agents, pytest.mark.timeout(240)]

PLACE = Path(os.environ.get("MCPTUI_AGENTS", ".cache/agents")).absolute()
PROGRAMS = Path(__file__).parent / "programs"
NODE = str(PLACE / "node_modules/node/bin/node")
PYTHON = str(PLACE / "python/bin/python")
EVERYTHING = (NODE, str(PLACE / "node_modules/@modelcontextprotocol/server-everything/dist/index.js"), "stdio")


@contextmanager
def obedient_model() -> Iterator[str]:
    """The URL of the provider, which runs in a thread."""
    loop, provider = asyncio.new_event_loop(), ScriptedProvider(script=obey)
    thread = threading.Thread(target=loop.run_forever, name="model")
    thread.start()
    try:
        asyncio.run_coroutine_threadsafe(provider.__aenter__(), loop).result(10)
        yield provider.url
    finally:
        asyncio.run_coroutine_threadsafe(provider.__aexit__(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """What the programs need to know of a running gateway."""
    home = Home.create(tmp_path_factory.mktemp("agents") / "home")
    with obedient_model() as url:
        for api in ("chat", "responses"):
            home("model", "add", api, "--base-url", url, "--model", "m", "--api", api, "--no-api-key")
        home("server", "add", "everything", "--no-test", "--", *EVERYTHING)
        key = home.new_key("agent", "--server", "*")
        home("gateway", "start")
        try:
            yield {"MCPTUI_URL": home.url, "MCPTUI_KEY": key}
        finally:
            home("gateway", "stop", code=None)


@pytest.mark.parametrize("model", ["chat", "responses"])
@pytest.mark.parametrize("route", ["v1", "mcp"])
@pytest.mark.parametrize("program", ["ai_sdk.mjs", "openai_agents.py", "langchain_agents.py", "pydantic_agents.py"])
def test_an_agent(environment: dict[str, str], tmp_path: Path, program: str, route: str, model: str) -> None:
    source = PROGRAMS / program
    if source.suffix == ".mjs":  # modules are found from where a program stands
        link = PLACE / source.name
        link.write_bytes(source.read_bytes())
        command = [NODE, str(link)]
    else:
        command = [PYTHON, str(source)]
    told = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "MODEL": model, "ROUTE": route, "NO_PROXY": "127.0.0.1"}
    done = subprocess.run(
        command, env={**told, **environment}, capture_output=True, text=True, encoding="utf-8", timeout=200, check=False
    )
    assert done.returncode == 0, done.stderr[-4000:]
    said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert any(name.endswith("get-sum") for name in said["list"])
    assert "sum of 2 and 3 is 5" in said["call"]
    assert said["second"] == 'You have said 2 things, the first was: call get-sum {"a": 2, "b": 3}'
    assert "sum of 4 and 5 is 9" in said["stream"]
    assert "rror" in said["error"] or "nvalid" in said["error"]
    if route == "v1" and program.startswith("pydantic"):
        return  # it has no approvals for tools that a provider runs
    assert said["asked"] == 1
    assert "sum of 20 and 3 is 23" in said["approved"]
    assert said["afterwards"].startswith("You have said 2 things")
