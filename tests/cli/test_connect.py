from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from click.testing import Result

from mcptui.cli.connect import _connect
from mcptui.model import Server
from mcptui.services.workspace import Workspace
from tests.support.fake_gateway import STATUS, FakeGateway
from tests.support.gateway import key, running_gateway, state
from tests.support.upstream import ScriptedUpstream

Run = Callable[..., Result]


def test_the_key_must_be_somewhere(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MCPTUI_KEY", raising=False)
    assert "no key: the variable MCPTUI_KEY is not set" in run("connect", code=4).stderr
    assert "the variable OTHER is not set" in run("connect", "--key-env", "OTHER", code=4).stderr
    assert "the secret key/x is not set" in run("connect", "--key-secret", "key/x", code=4).stderr


def test_a_gateway_that_shall_not_be_started(run: Run, gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MCPTUI_KEY", "sk-x")
    gateway.running = None
    assert "the gateway is not running" in run("connect", "--no-start", code=5).stderr
    assert gateway.asked == []


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[bytes], io.BytesIO]]:
    """Gives the program these bytes as standard input; what it writes comes into the buffer."""
    opened: list[io.TextIOWrapper] = []

    def connect(said: bytes) -> io.BytesIO:
        reads, writes = os.pipe()
        os.write(writes, said)
        os.close(writes)
        written = io.BytesIO()
        opened.append(open(reads, encoding="utf-8"))  # noqa: SIM115, PTH123  a file descriptor; closed below
        monkeypatch.setattr(sys, "stdin", opened[0])
        monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding="utf-8", write_through=True))
        return written

    yield connect
    for file in opened:
        if not file.closed:
            file.close()


async def test_lines_go_to_the_gateway_and_back(
    ws: Workspace, gateway: FakeGateway, client: Callable[[bytes], io.BytesIO]
) -> None:
    info = {"name": "test", "version": "1"}
    params = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": info}
    said = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params}).encode() + b"\n"
    async with ScriptedUpstream() as upstream:
        servers = (Server(name="up", url=upstream.url), key("all", servers=("*",)))
        async with running_gateway(state(*servers)) as real:
            gateway.running = replace(STATUS, url=real.url)
            gateway.starts_as = gateway.running
            written = client(said)
            assert await _connect(ws, "sk-all", None, no_start=True) == 0
    answer = json.loads(written.getvalue())
    assert (answer["id"], answer["result"]["protocolVersion"]) == (1, "2025-11-25")
