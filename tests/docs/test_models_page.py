"""Every example of the page about models runs as it stands there."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from tests.support.demo_home import DemoHome, demo_home

PAGES = Path(__file__).parents[2] / "docs"
PAGE = (PAGES / "models.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(sh|python|json)\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
CURL = [text for kind, text in BLOCKS if kind == "sh" and text.startswith("curl")]
COMMANDS = [line for kind, text in BLOCKS if kind == "sh" for line in text.splitlines() if line.startswith("mcptui ")]
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
    assert (len(CURL), len(PYTHON), len(COMMANDS)) == (2, 4, 4)


@pytest.mark.parametrize("page", ["models.md", "app/chat.md"])
def test_the_commands(home: DemoHome, page: str) -> None:
    """In order; they work on a home of their own that has the demo's model and server."""
    text = (PAGES / page).read_text(encoding="utf-8")
    blocks = re.findall(r"^```sh\n(mcptui .*?)^```", text, re.MULTILINE | re.DOTALL)
    for line in (line for block in blocks for line in block.splitlines()):
        words = shlex.split(line, comments=True)[1:]
        if words[:2] == ["model", "add"] and words[2] in home.home("model", "list").out:
            continue  # the demo's model stands for it
        words = ["1" if word == "12" else word for word in words]
        if "--output" in words:
            words[-1] = str(home.home.path / words[-1])
        home.home(*words, stdin="sk-of-the-page\n")
    if page == "models.md":
        assert "128,000 tokens" in home.home("model", "show", "gpt-4o").out
        names = {model["name"] for model in home.home("model", "list", "--json").json}
        assert names == {"gpt-4o", "qwen"}


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
