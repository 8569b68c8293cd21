"""Starting servers that take long, exit at a question that they do not know, or are another version than before."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from mcptui.model import Server
from mcptui.protocol.errors import RpcError
from mcptui.protocol.versions import Era
from mcptui.secrets.errors import SecretError
from mcptui.upstream import launch as launch_module
from mcptui.upstream import stdio
from mcptui.upstream.auth.credentials import ClientCredential
from mcptui.upstream.call import Call
from mcptui.upstream.connect import ConnectionDeps, Identity
from mcptui.upstream.errors import ExitedError, NotMcpError, UpstreamLoginError
from mcptui.upstream.launch import launch
from mcptui.upstream.negotiation import Negotiated
from mcptui.upstream.process import ServerProcess
from mcptui.upstream.stdio import StdioConnection

Launcher = Callable[..., Awaitable[StdioConnection]]


def small(*kinds: str, **more: Any) -> Server:
    args = ("-m", "tests.support.stdio_server", *kinds)
    env = {"PYTHONPATH": ":".join(sys.path)}
    return Server(name="small", command=sys.executable, args=args, env=env, timeout=10.0, **more)


@pytest.fixture
def started() -> list[ServerProcess]:
    return []


@pytest.fixture
async def launched(tools: ConnectionDeps, started: list[ServerProcess]) -> AsyncIterator[Launcher]:
    opened: list[StdioConnection] = []

    async def launched(server: Server, remembered: Negotiated | None = None) -> StdioConnection:
        identity, negotiated = Identity(), remembered or Negotiated()
        connection = await launch(server, tools, identity, negotiated, lambda *_: None, started.append)
        opened.append(connection)
        return connection

    yield launched
    for connection in opened:
        await connection.close()


async def test_one_that_exits_at_the_first_question_is_greeted_in_the_old_way(
    launched: Launcher, started: list[ServerProcess]
) -> None:
    remembered = Negotiated()
    assert (await launched(small("strict"), remembered)).peer.era == "handshake"
    assert len(started) == 2
    assert remembered.era == "handshake"
    await launched(small("strict"), remembered)
    assert len(started) == 3, "the next start knows"


@pytest.mark.parametrize(("kind", "starts"), [("strict", 2), ("broken", 1)])
async def test_one_that_worked_for_long_is_started_again_only_where_the_question_may_be_why(
    launched: Launcher, started: list[ServerProcess], monkeypatch: pytest.MonkeyPatch, kind: str, starts: int
) -> None:
    monkeypatch.setattr(launch_module, "_QUICK", 0.0)
    with contextlib.suppress(ExitedError):
        await launched(small(kind))
    assert len(started) == starts


async def test_one_that_exits_whatever_it_is_asked_says_so_itself(launched: Launcher) -> None:
    with pytest.raises(ExitedError, match="code 7: no configuration found"):
        await launched(small("exit"))


@pytest.mark.parametrize("pinned", ["2025-11-25", "2026-07-28"])
async def test_a_pinned_revision_is_asked_for_once(
    launched: Launcher, started: list[ServerProcess], pinned: Any
) -> None:
    with pytest.raises(ExitedError):
        await launched(small("exit", spec_version=pinned))
    assert len(started) == 1


@pytest.mark.parametrize(("remembered", "kinds"), [("handshake", ("stateless",)), ("stateless", ())])
async def test_another_version_than_the_one_that_is_remembered(
    launched: Launcher, remembered: Era, kinds: tuple[str, ...]
) -> None:
    negotiated = Negotiated("stdio", remembered)
    assert (await launched(small(*kinds), negotiated)).peer.era != remembered
    assert negotiated.era != remembered
    with pytest.raises(RpcError):
        await launched(small(*kinds, spec_version="2025-11-25" if remembered == "handshake" else "2026-07-28"))


async def test_where_only_one_era_will_do_no_other_is_tried(launched: Launcher, started: list[ServerProcess]) -> None:
    with pytest.raises(RpcError):
        await launched(small("stateless"), Negotiated("stdio", "handshake", is_required=True))
    assert len(started) == 1


async def test_an_installation_that_prints_is_waited_for_while_it_works(
    launched: Launcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stdio, "SILENCE", 0.01)
    monkeypatch.setattr(stdio, "GARBAGE_PATIENCE", 0.05)
    assert (await launched(small("installing"))).peer.era == "handshake"


async def test_one_that_prints_and_rests_is_not(launched: Launcher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stdio, "SILENCE", 0.01)
    monkeypatch.setattr(stdio, "GARBAGE_PATIENCE", 0.05)
    with pytest.raises(NotMcpError, match="Welcome"):
        await launched(small("garbage"))


async def test_endless_output_ends_it(launched: Launcher) -> None:
    with pytest.raises(NotMcpError, match="'y'"):
        await launched(Server(name="yes", command="yes"))


async def test_variables_of_the_gateway_by_their_names(launched: Launcher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OWN_TOKEN", "seen")
    monkeypatch.setenv("OTHER_TOKEN", "not seen")
    connection = await launched(small(inherit_env=("OWN_*",)))
    result = await connection.request(Call(method="tools/call", params={"name": "env", "arguments": {}}))
    environment = json.loads(result["content"][0]["text"])
    assert environment.get("OWN_TOKEN") == "seen"
    assert "OTHER_TOKEN" not in environment


async def test_it_takes_no_headers(tools: ConnectionDeps) -> None:
    identity = Identity(credential=ClientCredential(auth="x"))
    with pytest.raises(UpstreamLoginError, match="takes no headers"):
        await launch(small(), tools, identity, Negotiated(), lambda *_: None)


@pytest.mark.parametrize("secret", ["${secret:a}", "--token=${secret:a}", "${file:/etc/token}", "${env:API_TOKEN}"])
async def test_nothing_is_started_with_a_secret_among_its_arguments(
    launched: Launcher, started: list[ServerProcess], secret: str
) -> None:
    """The list of processes shows it to everybody."""
    server = small()
    with pytest.raises(SecretError, match="would be seen by every user") as caught:
        await launched(replace(server, args=(*server.args, secret)))
    assert "env" in str(caught.value.hint)
    assert started == []
