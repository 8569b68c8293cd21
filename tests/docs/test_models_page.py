"""Every example of the page about models runs as it stands there."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from mcptui.testing.demo_home import DemoHome, demo_home

PAGE = (Path(__file__).parents[2] / "docs" / "models.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(sh|python|json)\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
CURL = [text for kind, text in BLOCKS if kind == "sh" and text.startswith("curl")]
PYTHON = [text for kind, text in BLOCKS if kind == "python"]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoHome]:
    with demo_home(tmp_path_factory.mktemp("models") / "home") as running:
        yield running


def run(home: DemoHome, *command: str) -> str:
    environment = {**os.environ, **home.environment}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=50, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_page_has_its_examples() -> None:
    assert (len(CURL), len(PYTHON)) == (2, 4)


@pytest.mark.parametrize("script", CURL, ids=["responses", "chat"])
def test_curl(home: DemoHome, script: str) -> None:
    answer = json.loads(run(home, "bash", "-c", script))
    told = json.dumps(answer)
    assert answer.get("status", "completed") == "completed", told
    assert "demo__calculate" in told
    assert home.key not in told


@pytest.mark.parametrize("program", PYTHON, ids=["responses", "approvals", "fastmcp", "bridge"])
def test_python(home: DemoHome, program: str) -> None:
    out = run(home, sys.executable, "-c", program)
    assert "42" in out if "6 * 7" in program else "20" in out


async def test_the_configuration_of_cursor(home: DemoHome) -> None:
    (text,) = [text for kind, text in BLOCKS if kind == "json"]
    entry = json.loads(text.replace("http://127.0.0.1:4000", home.home.url).replace("YOUR_KEY", home.key))
    server = entry["mcpServers"]["mcptui"]
    async with (
        httpx2.AsyncClient(headers=server["headers"], timeout=30) as http,
        Client(streamable_http_client(server["url"], http_client=http)) as client,
    ):
        assert "demo__calculate" in {tool.name for tool in (await client.list_tools()).tools}


def test_the_commands_exist(home: DemoHome) -> None:
    for line in re.findall(r"^mcptui (model add .*?)(?:  +#.*)?$", PAGE, re.MULTILINE):
        home.home(*line.replace("gpt-4o", "gpt-4o-2").split(), stdin="sk-x\n")
    names = {model["name"] for model in home.home("model", "list", "--json").json}
    assert names == {"gpt-4o", "gpt-4o-2", "qwen"}
