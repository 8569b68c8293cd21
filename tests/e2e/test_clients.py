"""Clients reach the gateway with what ``mcptui export`` gives and writes; a LiteLLM file serves after an import."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import httpx2
import psutil
import pytest
from mcp import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client

from mcptui.interop.clients import CLIENTS
from mcptui.interop.exports import EXPORTS
from mcptui.interop.sources import read_source
from tests.support.demo_home import DemoHome
from tests.support.home import Home

DATA = Path(__file__).parents[1] / "data" / "clients"
MODULES = Path(os.environ.get("MCPTUI_PEERS", ".cache/peers")).absolute() / "node_modules"
NODE = str(MODULES / "node/bin/node")
REMOTE = str(MODULES / "mcp-remote/dist/proxy.js")
INSPECTOR = str(MODULES / "@modelcontextprotocol/inspector/clients/launcher/build/index.js")


@pytest.fixture
def me(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A person's home without any client."""
    me = tmp_path / "me"
    me.mkdir()
    monkeypatch.setenv("HOME", str(me))
    for name in ("XDG_CONFIG_HOME", "CODEX_HOME", "CLAUDE_CONFIG_DIR", "CLINE_MCP_SETTINGS_PATH"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(me)
    return me


def written(demo: DemoHome, client: str, *words: str) -> Path:
    """The file that install made."""
    stdin = f"{demo.key}\n"
    demo.home("export", client, "--key", "examples", "--write", "--yes", *words, stdin=stdin)
    rows = demo.home("export", "--json").json
    return Path(next(row["file"] for row in rows if row["client"] == client))


def run(demo: DemoHome, *command: str, cwd: Path | None = None) -> str:
    """The output of a program that finds the key in its environment."""
    environment = {**os.environ, "MCPTUI_KEY": demo.key}
    done = subprocess.run(command, env=environment, cwd=cwd, capture_output=True, text=True, timeout=50, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


async def tools_of(url: str, headers: dict[str, str]) -> set[str]:
    async with (
        httpx2.AsyncClient(headers=headers, timeout=30) as http,
        Client(streamable_http_client(url, http_client=http)) as client,
    ):
        return {tool.name for tool in (await client.list_tools()).tools}


@pytest.mark.parametrize("client", [name for name, client in CLIENTS.items() if client.by_url])
async def test_what_is_written_leads_to_the_tools(demo: DemoHome, me: Path, client: str) -> None:
    file = await asyncio.to_thread(written, demo, client, "--reveal", "--via", "url")
    (found,) = read_source(file.read_text(encoding="utf-8"), client).found
    assert found.server.url == f"{demo.home.url}/mcp"
    assert "demo__calculate" in await tools_of(found.server.url, dict(found.server.headers))
    await asyncio.to_thread(demo.home, "export", client, "--remove", "--yes")
    assert read_source(file.read_text(encoding="utf-8"), client).found == ()


async def test_a_client_that_starts_commands(demo: DemoHome, me: Path) -> None:
    file = await asyncio.to_thread(written, demo, "claude")
    entry = json.loads(file.read_text(encoding="utf-8"))["mcpServers"]["mcptui"]
    # The program that is being tested may not be installed; a vault has its key in the environment.
    command = StdioServerParameters(
        command=sys.executable,
        args=["-m", "mcptui", *entry["args"][entry["args"].index("connect") :]],
        env={**os.environ, **entry["env"], **demo.home.environment},
    )
    assert demo.key not in file.read_text(encoding="utf-8")
    async with Client(stdio_client(command)) as client:
        assert "demo__calculate" in {tool.name for tool in (await client.list_tools()).tools}


def test_curl(demo: DemoHome) -> None:
    script = demo.home("export", "curl", "--key", "examples").out
    listed = json.loads(run(demo, "bash", "-c", script.replace("curl ", "curl -s ", 1)))
    assert "demo__calculate" in {tool["name"] for tool in listed["result"]["tools"]}


def test_the_responses_api(demo: DemoHome) -> None:
    script = demo.home("export", "openai", "--key", "examples").out.replace("Run available tools", "What is 6 * 7?")
    answer = json.loads(run(demo, "bash", "-c", script.replace("curl ", "curl -s ", 1)))
    assert answer["status"] == "completed", answer
    assert "42" in json.dumps(answer)
    assert demo.key not in json.dumps(answer)


@pytest.mark.parametrize("kind", ["python", "python-sdk"])
def test_python(demo: DemoHome, kind: str) -> None:
    assert "demo__calculate" in run(demo, sys.executable, "-c", demo.home("export", kind, "--key", "examples").out)


@pytest.mark.npm
def test_typescript(demo: DemoHome, tmp_path: Path) -> None:
    (tmp_path / "node_modules").symlink_to(MODULES)
    (tmp_path / "list.mjs").write_text(demo.home("export", "typescript", "--key", "examples").out, encoding="utf-8")
    assert "demo__calculate" in run(demo, NODE, "list.mjs", cwd=tmp_path)


@pytest.mark.npm
@pytest.mark.parametrize("words", [("claude-code", "--reveal"), ("claude", "--reveal")])
def test_the_inspector_with_the_file_of_a_client(demo: DemoHome, me: Path, words: tuple[str, ...]) -> None:
    file = written(demo, *words)
    document = json.loads(file.read_text(encoding="utf-8"))
    entry = document["mcpServers"]["mcptui"]
    if "command" in entry:
        entry |= {"command": sys.executable, "args": ["-m", "mcptui", *entry["args"]]}
        entry["env"] |= demo.home.environment | {"PYTHONPATH": os.environ.get("PYTHONPATH", "")}
        file.write_text(json.dumps(document), encoding="utf-8")
    out = run(demo, NODE, INSPECTOR, "--cli", "--config", str(file), "--server", "mcptui", "--method", "tools/list")
    assert "demo__calculate" in out


@pytest.mark.npm
async def test_mcp_remote(demo: DemoHome, me: Path) -> None:
    file = await asyncio.to_thread(written, demo, "claude", "--reveal", "--via", "mcp-remote")
    entry = json.loads(file.read_text(encoding="utf-8"))["mcpServers"]["mcptui"]
    assert (entry["command"], entry["args"][:2]) == ("npx", ["-y", "mcp-remote"])
    command = StdioServerParameters(
        command=NODE, args=[REMOTE, *entry["args"][2:]], env={**entry["env"], "HOME": str(me)}
    )
    async with Client(stdio_client(command)) as client:
        assert "demo__calculate" in {tool.name for tool in (await client.list_tools()).tools}


def test_the_file_of_litellms_page_serves_under_the_same_names(running: Home, sdk_server: str, tmp_path: Path) -> None:
    text = (DATA / "litellm-page.yaml").read_text(encoding="utf-8")
    for url, path in (
        ("https://mcp.deepwiki.com/mcp", "mcp"),
        ("https://actions.zapier.com/mcp/sk-akxxxxx/sse", "sse"),
        ("https://my-mcp-server.com/mcp", "mcp?another"),  # the same place twice would be one server
    ):
        assert url in text
        text = text.replace(url, f"{sdk_server}/{path}")
    file = tmp_path / "config.yaml"
    file.write_text(text, encoding="utf-8")
    assert "separator" in running("import", str(file), "--yes").err
    running.config.write_text(
        running.config.read_text(encoding="utf-8").replace("[gateway]\n", '[gateway]\nseparator = "-"\n'),
        encoding="utf-8",
    )
    running("gateway", "reload")
    names = {tool["name"] for tool in running("tool", "list", "--json").json}
    plain = {tool["name"] for tool in running("tool", "list", "--server", "deepwiki_mcp", "--json").json}
    tools = {name.removeprefix("deepwiki_mcp-") for name in plain}
    assert tools
    assert names == {
        f"{server}-{tool}" for server in ("deepwiki_mcp", "zapier_mcp", "my_http_server") for tool in tools
    }
    assert "5" in running("tool", "call", "zapier_mcp-add", "a=2", "b=3").out
    assert running("model", "list", "--json").json[0]["api_key"] == "${secret:model/gpt-4o/api_key}"


def test_no_secret_in_what_is_imported_and_exported(home: Home, me: Path) -> None:
    for path in sorted(DATA.iterdir()):
        home("import", str(path), "--yes", "--on-clash", "skip", code=None)
    key = home.new_key("laptop", "--server", "*")
    shown = [home("export", kind, "--key", "laptop") for kind in EXPORTS]
    shown += [home("export", client, "--key", "laptop", "--write", "--yes", stdin=f"{key}\n") for client in CLIENTS]
    texts = {str(path): path.read_text(encoding="utf-8") for path in [*me.rglob("*"), home.config] if path.is_file()}
    texts |= {f"export {number}": done.out + done.err for number, done in enumerate(shown)}
    assert len(texts) == 1 + 2 * len(CLIENTS) + len(EXPORTS)
    assert [name for name, text in texts.items() if key in text or "canary-" in text] == []
    assert tomllib.loads((me / ".codex" / "config.toml").read_text(encoding="utf-8"))["mcp_servers"]["mcptui"]


def test_no_secret_in_logs_or_arguments(running: Home, sdk_server: str, tmp_path: Path) -> None:
    entry = {
        "url": f"{sdk_server}/mcp?token=canary-of-the-url",
        "headers": {"Authorization": "Bearer canary-of-the-header"},
    }
    file = tmp_path / "mcp.json"
    file.write_text(json.dumps({"mcpServers": {"one": entry}}), encoding="utf-8")
    done = running("import", str(file), "--yes", process=True)
    assert running("tool", "call", "one__add", "a=2", "b=3").out == "5\n"
    texts = {str(path): path.read_bytes() for path in running.path.rglob("*") if path.is_file()}
    texts["import"] = (done.out + done.err).encode()
    arguments = (process.info["cmdline"] or () for process in psutil.process_iter(["cmdline"]))
    texts["ps"] = "\n".join(" ".join(words) for words in arguments).encode()
    assert any(name.endswith("gateway.log") for name in texts)
    assert [name for name, text in texts.items() if b"canary-of" in text] == []
