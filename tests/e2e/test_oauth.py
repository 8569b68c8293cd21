"""Logins at authorization servers that others have written."""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, aclosing
from pathlib import Path
from typing import Any
from urllib.parse import urljoin
from urllib.request import urlopen

import httpx2
import pytest
from aiohttp import web

from conformance.suite import everything_server
from mcptui.model import Server
from mcptui.model.auth import OAuth
from tests.support.gateway import RunningGateway, key, running_gateway, state
from tests.support.home import free_port
from tests.support.upstream import Incoming, ScriptedUpstream, text
from tests.support.wire import Wire

MODULES = Path(os.environ.get("MCPTUI_PEERS", ".cache/peers")).absolute() / "node_modules"
PROGRAMS = Path(__file__).parent / "programs"


class Programs:
    """Processes that end with the test."""

    def __init__(self, log: Path) -> None:
        self._log = log
        self._running: list[subprocess.Popen[bytes]] = []

    def start(self, *command: str, ready: str, path: Path | None = None) -> subprocess.Popen[bytes]:
        """Start a program, and wait until it answers at ``ready``."""
        environment = {**os.environ, **({"PYTHONPATH": str(path)} if path else {})}
        with self._log.open("ab") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log, env=environment, start_new_session=True)
        self._running.append(process)
        while not answers(ready):
            assert process.poll() is None, self._log.read_text(encoding="utf-8")
        return process

    def end(self) -> None:
        for process in self._running:
            process.terminate()
            process.wait(timeout=20)
        self._running.clear()


def answers(url: str) -> bool:
    """Whether there is a web server; one that is not there yet refuses at once or soon."""
    try:
        with urlopen(url, timeout=5):
            return True
    except OSError as error:
        return hasattr(error, "code")


@pytest.fixture
def programs(tmp_path: Path) -> Iterator[Programs]:
    running = Programs(tmp_path / "programs.log")
    yield running
    running.end()


@pytest.fixture
async def http() -> AsyncIterator[httpx2.AsyncClient]:
    """A browser: it keeps cookies, and follows no redirect by itself."""
    async with httpx2.AsyncClient(timeout=60) as client:
        yield client


async def browse(browser: httpx2.AsyncClient, url: str, form: dict[str, str]) -> None:
    """Follow redirects and fill in every form on the way, until the page says nothing more."""
    response = await browser.get(url)
    for _ in range(20):
        if response.is_redirect:
            response = await browser.get(urljoin(str(response.url), response.headers["location"]))
            continue
        action = re.search(r'<form[^>]* action="([^"]+)"', response.text)
        if action is None:
            return
        hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', response.text)
        response = await browser.post(urljoin(str(response.url), action[1]), data={**dict(hidden), **form})
    raise AssertionError(f"no end at {response.url}")


async def log_in(gateway: RunningGateway, browser: httpx2.AsyncClient, form: dict[str, str]) -> dict[str, Any]:
    assert gateway.control is not None
    async with aclosing(gateway.control.log_in("o")) as events:
        opened = await anext(events)
        assert opened.type == "open", opened.value
        await browse(browser, opened.value["url"], form)
        done = await anext(events)
    assert done.type == "done", done.value
    await gateway.read()
    return done.value


async def call(gateway: RunningGateway, http: httpx2.AsyncClient, tool: str) -> dict[str, Any]:
    wire = Wire(http, f"{gateway.url}/mcp/o", {"authorization": "Bearer sk-all"})
    answer: dict[str, Any] = (await wire.ask("tools/call", {"name": tool, "arguments": {}})).json()
    return answer


def state_of(gateway: RunningGateway) -> tuple[str, str]:
    (server,) = gateway.core.registry.all()
    status = server.status()
    return status.state, f"{status.reason} {status.hint}"


@pytest.mark.soak
async def test_the_example_of_the_official_sdk(programs: Programs, http: httpx2.AsyncClient, tmp_path: Path) -> None:
    """It has no refresh tokens, so a token that it has forgotten is the end of the login."""
    source = everything_server().parent / "simple-auth"
    issuer_port, port = free_port(), free_port()
    issuer = f"http://localhost:{issuer_port}"
    authorization = (sys.executable, "-m", "mcp_simple_auth.auth_server", "--port", str(issuer_port))
    metadata = f"{issuer}/.well-known/oauth-authorization-server"
    first = programs.start(*authorization, ready=metadata, path=source)
    server = (sys.executable, "-m", "mcp_simple_auth.server", "--port", str(port), "--auth-server", issuer)
    programs.start(*server, "--oauth-strict", ready=f"http://localhost:{port}/mcp", path=source)
    described = Server(name="o", url=f"http://localhost:{port}/mcp", auth=OAuth(), timeout=20.0)
    form = {"username": "demo_user", "password": "demo_password"}
    async with running_gateway(state(described, key("all", servers=("*",))), tmp_path / "s") as gateway:
        await gateway.read()
        assert state_of(gateway)[0] == "needs_login"
        assert (await log_in(gateway, http, form))["scope"] == "user"
        assert state_of(gateway)[0] == "ready"
        assert "current_time" in (await call(gateway, http, "get_time"))["result"]["structuredContent"]
        first.terminate()
        first.wait(timeout=20)
        programs.start(*authorization, ready=metadata, path=source)
        assert "needs a login: it has expired" in (await call(gateway, http, "get_time"))["error"]["message"]
        assert state_of(gateway)[0] == "needs_login"
        assert (await log_in(gateway, http, form))["scope"] == "user"
        assert "result" in await call(gateway, http, "get_time")
        assert gateway.control is not None
        await gateway.control.log_out("o")
        assert "not logged in" in (await call(gateway, http, "get_time"))["error"]["message"]


@pytest.mark.npm
async def test_oidc_provider(programs: Programs, http: httpx2.AsyncClient, tmp_path: Path) -> None:
    port = free_port()
    issuer = f"http://127.0.0.1:{port}"

    async def asked(path: str, **query: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((await http.get(f"{issuer}/test/{path}", params=query)).content)
        return found

    async def guard(request: web.Request) -> web.StreamResponse | None:
        if request.path.startswith("/.well-known/oauth-protected-resource"):
            return web.json_response({"resource": upstream.url, "authorization_servers": [issuer]})
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if token and (await asked("check", token=token))["active"]:
            return None
        return web.Response(status=401, headers={"www-authenticate": 'Bearer scope="use"'})

    async def who(incoming: Incoming) -> dict[str, Any]:
        return text(incoming.request.headers["authorization"])

    async with AsyncExitStack() as stack:
        upstream = await stack.enter_async_context(ScriptedUpstream(eras=("stateless",), tools={"who": who}, raw=guard))
        command = (str(MODULES / "node/bin/node"), str(PROGRAMS / "oidc.mjs"), str(MODULES), str(port), upstream.url)
        programs.start(*command, ready=f"{issuer}/.well-known/openid-configuration")
        described = Server(name="o", url=upstream.url, auth=OAuth(), timeout=20.0)
        gateway = await stack.enter_async_context(
            running_gateway(state(described, key("all", servers=("*",))), tmp_path / "s")
        )
        await gateway.read()
        form = {"login": "me", "password": "x"}
        assert "use" in (await log_in(gateway, http, form))["scope"]
        first = (await call(gateway, http, "who"))["result"]["content"][0]["text"]
        await asked("expire")
        answers_ = await asyncio.gather(*(call(gateway, http, "who") for _ in range(20)))
        texts = {answer["result"]["content"][0]["text"] for answer in answers_}
        assert len(texts) == 1
        assert texts != {first}
        assert await asked("refreshed") == {"refreshed": 1}
        await asked("revoke")
        assert "needs a login: it is not valid any more" in (await call(gateway, http, "who"))["error"]["message"]
        assert state_of(gateway)[0] == "needs_login"
        assert "mcptui server login o" in state_of(gateway)[1]
        assert "use" in (await log_in(gateway, http, form))["scope"]
        assert "result" in await call(gateway, http, "who")
        token = json.loads(gateway.secrets.get("server/o/oauth") or "")["access_token"]
        assert gateway.control is not None
        await gateway.control.log_out("o")
        assert await asked("check", token=token) == {"active": False}
