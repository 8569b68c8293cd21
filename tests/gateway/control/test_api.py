"""The control API through its client, over a real socket."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mcptui.control.client import ControlClient
from mcptui.errors import McptuiError, NotFoundError, UnreachableError
from mcptui.model import Server
from mcptui.model.auth import Token
from mcptui.model.runtime import CallEvent, ConfigError, ProbeStep
from mcptui.secrets.known import SECRET_MARK
from tests.support.gateway import RunningGateway, SocketAt, key
from tests.support.upstream import Incoming, ScriptedUpstream, text
from tests.support.wire import Wire

Serve = Callable[..., Awaitable[RunningGateway]]
Connect = Callable[..., Wire]


@pytest.fixture
async def gateway(serve: Serve, a: ScriptedUpstream, b: ScriptedUpstream, tmp_path: Path) -> RunningGateway:
    return await serve(
        Server(name="a", url=a.url),
        Server(name="b", url=b.url),
        key("only-a", servers=("a",), tools={"a": ("echo",)}),
        control=tmp_path / "s",
    )


@pytest.fixture
def control(gateway: RunningGateway) -> ControlClient:
    assert gateway.control is not None
    return gateway.control


async def events(
    control: ControlClient, method: str, params: dict[str, Any], key: str | None = None
) -> list[CallEvent]:
    return [event async for event in control.call(method, params, key=key)]


async def test_texts_without_secrets(gateway: RunningGateway, control: ControlClient) -> None:
    gateway.core.tools.known.add("a", "canary-of-a-server")
    assert await control.without_secrets(["a", "b canary-of-a-server"]) == ["a", f"b {SECRET_MARK}"]


async def test_status(gateway: RunningGateway, control: ControlClient, wire: Connect) -> None:
    await wire(gateway, "only-a").shake_hands()
    gateway.source.error = ConfigError(message="broken", file="f", line=3, key="servers.a")
    status = await control.status()
    expected = (gateway.url, status.instance_id, gateway.core.snapshot.revision, 1)
    assert (status.url, status.instance_id, status.revision, status.sessions) == expected
    assert [(server.name, server.state, server.tools) for server in status.servers] == [
        ("a", "ready", 2),
        ("b", "ready", 2),
    ]
    assert status.config_error == gateway.source.error
    assert status.secrets is None, "nothing refers to a secret, so none was looked for"
    with pytest.raises(McptuiError, match="broken"):
        await control.reload()
    gateway.source.error = None
    assert await control.reload() == gateway.core.snapshot.revision


async def test_a_setting_that_needs_a_restart(gateway: RunningGateway, control: ControlClient) -> None:
    now = gateway.core.snapshot.state
    assert list((await control.status()).restart_for) == []
    gateway.put(replace(now, gateway=replace(now.gateway, port=now.gateway.port + 1, log_level="debug")))
    assert list((await control.status()).restart_for) == ["port"]
    gateway.put(now)
    assert list((await control.status()).restart_for) == []


async def test_what_a_key_sees_and_what_the_owner_sees(control: ControlClient) -> None:
    owner, restricted = await control.listed(None), await control.listed("only-a")
    assert [tool["name"] for tool in owner.tools] == ["a__echo", "a__delete", "b__echo", "b__other"]
    assert [tool["name"] for tool in restricted.tools] == ["a__echo"]
    assert owner.owners["b__greet"] == ["b", "greet"]
    assert owner.owners["a://{id}/data"] == ["a", "a://{id}/data"]
    part = await control.listed(None, "b")
    assert [tool["name"] for tool in part.tools] == ["b__echo", "b__other"]
    assert [item["uri"] for item in part.resources] == ["b://one"]
    assert {owner[0] for owner in part.owners.values()} == {"b"}
    assert (await control.listed("no-such-key")).tools == []


async def test_a_call_as_a_key(control: ControlClient) -> None:
    (result,) = await events(control, "tools/call", {"name": "a__echo", "arguments": {"n": 1}}, "only-a")
    assert (result.type, result.value) == ("result", text("{'n': 1}"))
    (denied,) = await events(control, "tools/call", {"name": "a__delete"}, "only-a")
    assert (denied.type, denied.value["message"]) == ("error", "Unknown tool: a__delete")


@pytest.mark.parametrize(
    "value", [10**40, -(2**64), 2**53 + 1, "two\u2028lines\x85\x0b", "half \ud83d", {"deep": [{"a": None}] * 3}]
)
async def test_values_cross_the_socket_unchanged(control: ControlClient, a: ScriptedUpstream, value: Any) -> None:
    async def same(incoming: Incoming) -> dict[str, Any]:
        return {**text(""), "structuredContent": {"value": incoming.arguments["value"]}}

    a.tools["echo"] = same
    (result,) = await events(control, "tools/call", {"name": "a__echo", "arguments": {"value": value}})
    assert result.value["structuredContent"] == {"value": value}


async def test_a_call_as_a_key_that_does_not_work(gateway: RunningGateway, control: ControlClient) -> None:
    now = gateway.core.snapshot.state
    gateway.put(replace(now, keys={"only-a": replace(now.keys["only-a"], enabled=False)}))
    (refused,) = await events(control, "tools/call", {"name": "a__echo"}, "only-a")
    assert (refused.type, refused.value["message"]) == ("error", "Key only-a is disabled or has expired.")


async def test_progress_logs_and_questions(control: ControlClient, a: ScriptedUpstream) -> None:
    async def busy(incoming: Incoming) -> dict[str, Any]:
        token = incoming.params["_meta"]["progressToken"]
        await incoming.notify("notifications/progress", {"progressToken": token, "progress": 1, "message": "half"})
        await incoming.notify("notifications/message", {"level": "debug", "data": "x"})
        answer = await incoming.ask("elicitation/create", {"message": "?"})
        refused = await incoming.ask("roots/list", {})
        return text(f"{answer['result']['action']} {refused['error']['message']}")

    a.tools["echo"] = busy
    seen = []
    async for event in control.call("tools/call", {"name": "a__echo"}):
        seen.append(event.type)
        if event.type == "ask" and event.value["method"] == "elicitation/create":
            await control.answer(event.value["id"], {"action": "accept"})
        elif event.type == "ask":
            await control.answer(event.value["id"], error={"code": -1, "message": "no roots"})
            with pytest.raises(NotFoundError):
                await control.answer(event.value["id"], {})
        elif event.type == "result":
            assert event.value == text("accept no roots")
    assert seen == ["progress", "log", "ask", "ask", "result"]


async def test_nobody_waits_for_that_answer(control: ControlClient) -> None:
    with pytest.raises(NotFoundError):
        await control.answer("99", {})


async def test_leaving_a_call_cancels_it(control: ControlClient, a: ScriptedUpstream) -> None:
    async def hang(incoming: Incoming) -> dict[str, Any]:
        await asyncio.Event().wait()
        return {}

    a.tools["echo"] = hang
    call = asyncio.create_task(events(control, "tools/call", {"name": "a__echo"}))
    async with asyncio.timeout(10):
        await a.until(lambda: bool(a.messages("tools/call")))
        call.cancel()
        await a.until(lambda: bool(a.messages("notifications/cancelled")))


async def test_traffic(gateway: RunningGateway, control: ControlClient, wire: Connect) -> None:
    await wire(gateway, "only-a").ask("tools/call", {"name": "a__echo", "arguments": {"token": "canary"}})
    await wire(gateway, "only-a").ask("tools/call", {"name": "a__delete"})
    first, second = [record async for record in control.traffic()]
    assert (first.key, first.server, first.name, first.outcome) == ("only-a", "a", "a__echo", "ok")
    assert first.params["arguments"] == {"token": "••••"}
    assert first.upstream_ms is not None
    assert (second.outcome, second.server, second.error) == ("denied", None, "Unknown tool: a__delete")
    assert [record async for record in control.traffic(first.id, follow=False)] == [second]


async def test_following_the_traffic(gateway: RunningGateway, control: ControlClient, wire: Connect) -> None:
    client = wire(gateway, "only-a")
    await client.ask("tools/list")
    async with asyncio.timeout(10):
        stream = control.traffic(follow=True)
        assert (await anext(stream)).method == "tools/list"
        await client.ask("server/discover")
        assert (await anext(stream)).method == "server/discover"
        await stream.aclose()


async def test_refresh_and_changed_secrets_connect_anew(
    gateway: RunningGateway, control: ControlClient, a: ScriptedUpstream
) -> None:
    a.tools["new"] = a.tools["echo"]
    await control.refresh("a")
    await gateway.read()
    assert "a__new" in [tool["name"] for tool in (await control.listed(None)).tools]
    with pytest.raises(NotFoundError):
        await control.refresh("none")
    before = len(a.messages("initialize"))
    await control.secret_changed(None)
    await control.secret_changed("server/a/x")
    assert len(a.messages("initialize")) == before, "no server refers to a secret"


async def test_stop(gateway: RunningGateway, control: ControlClient) -> None:
    await control.stop()
    assert gateway.stopped.is_set()


async def test_nobody_answers_on_the_socket(tmp_path: Path) -> None:
    control = ControlClient(SocketAt(tmp_path / "none"))
    with pytest.raises(UnreachableError, match="does not answer"):
        await control.status()
    with pytest.raises(UnreachableError):
        await anext(control.traffic(follow=True))


# -- probes -------------------------------------------------------------------------------------------------


async def probe(control: ControlClient, server: Server) -> list[ProbeStep]:
    return [step async for step in control.probe(server)]


def outline(steps: list[ProbeStep]) -> list[tuple[str, str]]:
    return [(step.step, step.status) for step in steps if step.status != "running"]


async def test_a_probe_of_a_server_that_is_not_saved(control: ControlClient, a: ScriptedUpstream) -> None:
    before = len(a.sessions)
    steps = await probe(control, Server(name="new", url=a.url))
    assert outline(steps) == [
        ("resolve", "ok"), ("connect", "ok"), ("initialize", "ok"), ("tools", "ok"), ("prompts", "ok"),
        ("resources", "ok"), ("done", "ok"),
    ]  # fmt: skip
    result = steps[-1].result
    assert result is not None
    assert [tool["name"] for tool in result["tools"]] == ["echo", "delete"]
    assert result["transport"] == "http"
    assert len(a.sessions) == before, "nothing stays open"


async def test_a_probe_of_a_program(control: ControlClient) -> None:
    env = {"PYTHONPATH": ":".join(sys.path)}
    args = ("-m", "tests.support.stdio_server")
    steps = await probe(control, Server(name="new", command=sys.executable, args=args, env=env))
    assert outline(steps)[:3] == [("resolve", "ok"), ("spawn", "ok"), ("initialize", "ok")]
    assert steps[-1].step == "done"
    failed = (await probe(control, Server(name="new", command=sys.executable, args=(*args, "exit"), env=env)))[-1]
    assert (failed.step, failed.status) == ("initialize", "failed")
    assert "code 7: no configuration found" in failed.detail
    assert failed.stderr[-1] == "no configuration found"


@pytest.mark.parametrize(
    ("server", "step", "detail"),
    [
        (Server(name="n", url="http://127.0.0.1:9/mcp"), "connect", "connection refused"),
        (Server(name="n", url="http://h/", auth=Token(auth_value="${secret:none}")), "resolve", "none"),
        (Server(name="n", command="no-such-program"), "spawn", "was not found"),
    ],
)
async def test_where_a_probe_fails(control: ControlClient, server: Server, step: str, detail: str) -> None:
    last = (await probe(control, server))[-1]
    assert (last.step, last.status) == (step, "failed")
    assert detail in last.detail
    assert last.hint
