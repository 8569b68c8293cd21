"""What a key may not use cannot be told from what does not exist: answers, statuses, and the work that is done."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from types import FrameType
from typing import Any

import pytest
from starlette.types import ASGIApp

from mcptui.gateway.fronts.http.app import build_app
from mcptui.model import Server
from mcptui.upstream.server import current_lists
from tests.support.gateway import RunningGateway, key
from tests.support.in_process import Answered, post
from tests.support.upstream import ScriptedUpstream
from tests.support.wire import Json, Wire

Serve = Callable[..., Awaitable[RunningGateway]]
Connect = Callable[..., Wire]

REGION = {"region": "x"}
#: Hidden from key "some", and of the same length what nobody has.
SAME: list[tuple[str, Json, Json]] = [
    ("tools/call", {"name": "a__delete", "arguments": {"x": 1}}, {"name": "a__remove", "arguments": {"x": 1}}),
    ("tools/call", {"name": "delete"}, {"name": "remove"}),
    ("tools/call", {"name": "c__echo"}, {"name": "d__echo"}),
    (
        "tools/call",
        {"name": "a__mirror", "arguments": {"region": "x"}},
        {"name": "a__missed", "arguments": {"region": "x"}},
    ),
    ("prompts/get", {"name": "a__greet"}, {"name": "a__bleat"}),
    ("resources/read", {"uri": "c://one"}, {"uri": "d://one"}),
    (
        "completion/complete",
        {"ref": {"type": "ref/prompt", "name": "a__greet"}, "argument": {"name": "n", "value": ""}},
        {"ref": {"type": "ref/prompt", "name": "a__bleat"}, "argument": {"name": "n", "value": ""}},
    ),
    (
        "completion/complete",
        {"ref": {"type": "ref/resource", "uri": "c://one"}, "argument": {"name": "n", "value": ""}},
        {"ref": {"type": "ref/resource", "uri": "d://one"}, "argument": {"name": "n", "value": ""}},
    ),
]
MIRROR = {"inputSchema": {"type": "object", "properties": {"region": {"type": "string", "x-mcp-header": "Region"}}}}


@pytest.fixture
async def gateway(serve: Serve, a: ScriptedUpstream, b: ScriptedUpstream) -> RunningGateway:
    a.tools["mirror"] = a.tools["echo"]
    a.definitions["mirror"] = MIRROR
    async with ScriptedUpstream(tools=dict(a.tools), resources=[{"uri": "c://one", "name": "one"}]) as c:
        return await serve(
            Server(name="a", url=a.url),
            Server(name="b", url=b.url),
            Server(name="c", url=c.url),
            key("all", servers=("*",)),
            key("some", servers=("a", "b"), tools={"a": ("echo", "!prompts")}),
        )


@dataclass
class Inside:
    """The gateway without sockets, so that its work can be counted."""

    app: ASGIApp
    wire: Wire

    async def ask(self, method: str, params: Json, path: str = "/mcp", **headers: str) -> Answered:
        """One stateless request of key "some"."""
        message, sent = self.wire.stateless(method, params, **headers)
        message["id"] = 1
        return await post(self.app, path, message, {**sent, "authorization": "Bearer sk-some"})

    async def work(self, method: str, params: Json) -> Counter[str]:
        """The functions of this program that one request calls, with how often."""
        calls: Counter[str] = Counter()

        def count(frame: FrameType, event: str, _: Any) -> None:
            module = str(frame.f_globals.get("__name__"))
            if event == "call" and module.startswith("mcptui.") and not module.startswith("mcptui.upstream"):
                calls[f"{module}:{frame.f_code.co_name}"] += 1

        sys.setprofile(count)
        try:
            await self.ask(method, params)
        finally:
            sys.setprofile(None)
        return calls


@pytest.fixture
def inside(gateway: RunningGateway) -> Inside:
    return Inside(build_app(gateway.core, gateway.entry), Wire(None, "", {}))  # type: ignore[arg-type]


def _neutral(answer: Answered, params: Json) -> tuple[Any, ...]:
    """Status, headers and body, without the name that the client sent."""
    ref = params.get("ref", params)
    name = ref.get("name") or ref["uri"]
    return answer.status, dict(answer.headers), answer.body.replace(name.encode(), b"NAME")


@pytest.mark.parametrize(("method", "hidden", "unknown"), SAME, ids=lambda value: str(value)[:40])
async def test_hidden_and_unknown_are_answered_alike_with_the_same_work(
    inside: Inside, a: ScriptedUpstream, method: str, hidden: Json, unknown: Json, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The lists are read because of the first of them only, whichever it is.
    monkeypatch.setattr(current_lists, "LEAST_PAUSE", 60.0)
    before = len(a.messages(method))
    first, second = await inside.ask(method, hidden), await inside.ask(method, unknown)
    assert first.status == 400
    assert first.json()["error"]["code"] == -32602
    assert _neutral(first, hidden) == _neutral(second, unknown)
    work = await inside.work(method, hidden)
    assert work == await inside.work(method, unknown)
    assert work["mcptui.gateway.relay.relay:request"] == 1
    assert len(a.messages(method)) == before


async def test_servers_in_urls_and_headers(inside: Inside) -> None:
    for hidden, unknown in (("c", "d"), ("c,c", "d,d"), ("@c", "@d")):
        for form in ("/mcp/{}", "/{}/mcp"):
            first, second = [await inside.ask("tools/list", {}, form.format(name)) for name in (hidden, unknown)]
            assert (first.status, first.headers, first.body) == (second.status, second.headers, second.body)
            assert first.status == 404
        first, second = [await inside.ask("tools/list", {}, x_mcp_servers=name) for name in (hidden, unknown)]
        assert (first.status, first.body) == (second.status, second.body)
    mixed = await inside.ask("tools/list", {}, "/mcp/b,c")
    assert {tool["name"] for tool in mixed.json()["result"]["tools"]} == {"b__echo", "b__other"}
    assert (await inside.ask("tools/call", {"name": "c__echo"}, "/mcp/b,c")).json()["error"]["code"] == -32602


async def test_subscriptions(gateway: RunningGateway, wire: Connect) -> None:
    client = wire(gateway, "some")
    session = await client.shake_hands()
    answers = [
        (await session.send({"id": 1, "method": "resources/subscribe", "params": {"uri": uri}})).text.replace(
            uri, "URI"
        )
        for uri in ("c://one", "d://one")
    ]
    assert answers[0] == answers[1]
    assert "error" in answers[0]
    wanted = {"notifications": {"resourceSubscriptions": ["c://one", "d://one", "b://one"]}}
    async with client.open("subscriptions/listen", wanted) as reader:
        accepted = (await reader.message())["params"]["notifications"]
    assert accepted == {"resourceSubscriptions": ["b://one"]}


@pytest.mark.parametrize(
    "headers",
    [
        {"mcp_name": "a__echo"},
        {"mcp_name": "=?base64?YV9fZWNobw==?="},
        {"mcp_name": "=?base64?!!!?="},
        {"mcp_name": "A__DELETE"},
        {"mcp_method": "tools/list"},
        {"mcp_method": "TOOLS/CALL"},
    ],
)
async def test_headers_decide_nothing(inside: Inside, a: ScriptedUpstream, headers: dict[str, str]) -> None:
    answer = await inside.ask("tools/call", {"name": "a__delete"}, **headers)
    assert (answer.status, answer.json()["error"]["code"]) == (400, -32020)
    own = await inside.ask("tools/call", {"name": "a__echo"}, mcp_name="a__delete")
    assert (own.status, own.json()["error"]["code"]) == (400, -32020)
    assert not a.messages("tools/call")
    # Where headers mean nothing (the handshake era), the body alone counts.
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "a__delete"}}
    sent = {"authorization": "Bearer sk-some", "mcp-name": "a__echo", "mcp-method": "tools/list"}
    assert (await post(inside.app, "/mcp", message, sent)).json()["error"]["code"] in (-32602, -32020)
    assert not a.messages("tools/call")


async def test_two_bodies_in_one(inside: Inside, gateway: RunningGateway, wire: Connect, a: ScriptedUpstream) -> None:
    client = wire(gateway, "some")
    for twice in ('{"name": "a__echo", "name": "a__delete"}', '{"name": "a__echo", "Name": "a__delete"}'):
        body = f'{{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {twice}}}'
        headers = {**client.headers, "content-type": "application/json"}
        answer = await client.http.post(client.url, content=body, headers=headers)
        assert answer.status_code == 400, twice
    assert not a.messages("tools/call")


async def test_methods_that_nobody_knows_lead_around_no_restriction(
    gateway: RunningGateway, wire: Connect, a: ScriptedUpstream
) -> None:
    async def extension(incoming: Any) -> Json:
        return {"did": incoming.params}

    a.handlers["vendor/run"] = extension
    assert (await wire(gateway, "all", "/mcp/a").result("vendor/run", {"tool": "delete"}))["did"]
    answer = await wire(gateway, "some", "/mcp/a").ask("vendor/run", {"tool": "delete"})
    assert answer.json()["error"]["code"] == -32601
