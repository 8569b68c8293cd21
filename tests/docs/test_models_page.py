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

from tests.support.demo_home import DemoHome
from tests.support.home import Home, undone
from tests.support.programs import run_program

PAGES = Path(__file__).parents[2] / "docs"
PAGE = (PAGES / "models.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(sh|python|json)\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
CURL = [text for kind, text in BLOCKS if kind == "sh" and text.startswith("curl")]
COMMANDS = [line for kind, text in BLOCKS if kind == "sh" for line in text.splitlines() if line.startswith("mcptui ")]
PYTHON = [text for kind, text in BLOCKS if kind == "python"]


def run(demo: DemoHome, *command: str) -> str:
    environment = {**os.environ, **demo.environment}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=50, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_page_has_its_examples() -> None:
    assert (len(CURL), len(PYTHON), len(COMMANDS)) == (2, 4, 4)


@pytest.fixture
def home(demo: DemoHome) -> Iterator[Home]:
    """The home of the demo; what commands change there is undone."""
    with undone(demo.home) as home:
        yield home


@pytest.mark.parametrize("page", ["models.md", "app/chat.md"])
def test_the_commands(home: Home, page: str) -> None:
    """In order; they work on a home that has the demo's model and server."""
    text = (PAGES / page).read_text(encoding="utf-8")
    blocks = re.findall(r"^```sh\n(mcptui .*?)^```", text, re.MULTILINE | re.DOTALL)
    for line in (line for block in blocks for line in block.splitlines()):
        words = shlex.split(line, comments=True)[1:]
        if words[:2] == ["model", "add"] and words[2] in home("model", "list").out:
            continue  # the demo's model stands for it
        words = ["1" if word == "12" else word for word in words]
        if "--output" in words:
            words[-1] = str(home.path / words[-1])
        home(*words, stdin="sk-of-the-page\n")
    if page == "models.md":
        assert "128,000 tokens" in home("model", "show", "gpt-4o").out
        names = {model["name"] for model in home("model", "list", "--json").json}
        assert names == {"gpt-4o", "qwen"}


@pytest.mark.parametrize("script", CURL, ids=["responses", "chat"])
def test_curl(demo: DemoHome, script: str) -> None:
    answer = json.loads(run(demo, "bash", "-c", script))
    told = json.dumps(answer)
    assert answer.get("status", "completed") == "completed", told
    assert "demo__calculate" in told
    assert demo.key not in told


@pytest.mark.parametrize("program", PYTHON, ids=["responses", "approvals", "fastmcp", "bridge"])
def test_python(demo: DemoHome, program: str) -> None:
    if "import fastmcp" in program or "from fastmcp" in program:  # no test imports it
        out = run(demo, sys.executable, "-c", program)
    else:
        out = run_program(program, demo.environment)
    assert "42" in out if "6 * 7" in program else "20" in out


async def test_the_configuration_of_cursor(demo: DemoHome) -> None:
    (text,) = [text for kind, text in BLOCKS if kind == "json"]
    entry = json.loads(text.replace("http://127.0.0.1:4000", demo.home.url).replace("YOUR_KEY", demo.key))
    server = entry["mcpServers"]["mcptui"]
    async with (
        httpx2.AsyncClient(headers=server["headers"], timeout=30) as http,
        Client(streamable_http_client(server["url"], http_client=http)) as client,
    ):
        assert "demo__calculate" in {tool.name for tool in (await client.list_tools()).tools}
