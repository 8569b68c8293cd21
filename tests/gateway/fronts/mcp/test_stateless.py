from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import httpx2
import pytest

from mcptui.gateway.notify import subscriptions
from mcptui.gateway.relay import seal
from mcptui.model import Server
from tests.support.gateway import RunningGateway, key, state
from tests.support.upstream import Incoming, ScriptedUpstream, text
from tests.support.wire import Wire

Serve = Callable[..., Awaitable[RunningGateway]]
Connect = Callable[..., Wire]

INFO = "io.modelcontextprotocol/serverInfo"
SUBSCRIPTION = "io.modelcontextprotocol/subscriptionId"


@pytest.fixture
async def gateway(serve: Serve, a: ScriptedUpstream, b: ScriptedUpstream) -> RunningGateway:
    return await serve(
        Server(name="a", url=a.url),
        Server(name="b", url=b.url),
        key("all", servers=("*",)),
        key("second", servers=("*",)),
        key("only-a", servers=("a",)),
    )


def code(response: httpx2.Response) -> tuple[int, int]:
    return response.status_code, response.json()["error"]["code"]


async def test_discovery(gateway: RunningGateway, wire: Connect) -> None:
    result = (await wire(gateway).ask("server/discover")).json()["result"]
    assert result["supportedVersions"] == ["2026-07-28"]
    assert result["_meta"][INFO]["name"] == "mcptui"
    assert result["capabilities"]["tools"] == {"listChanged": True}
    assert result["capabilities"]["resources"] == {"listChanged": True, "subscribe": True}
    assert set(result["capabilities"]) == {"tools", "prompts", "resources", "completions", "logging"}
    assert result["instructions"] == "# a\nAbout a.\n\n# b\nAbout b."
    assert (result["resultType"], result["cacheScope"]) == ("complete", "private")
    only_a = (await wire(gateway, "only-a").ask("server/discover")).json()["result"]
    assert only_a["instructions"] == "About a."


async def test_lists_are_private_and_complete(gateway: RunningGateway, wire: Connect) -> None:
    for method in ("tools/list", "prompts/list", "resources/list", "resources/templates/list"):
        response = await wire(gateway).ask(method)
        result = response.json()["result"]
        assert (response.status_code, result["resultType"], result["cacheScope"]) == (200, "complete", "private")
        assert result["ttlMs"] >= 0
        assert result["_meta"][INFO]["name"] == "mcptui"
        assert "mcp-session-id" not in response.headers


@pytest.mark.parametrize(
    ("method", "params", "more", "answer"),
    [
        ("tools/list", {}, {"mcp_method": None}, (400, -32020)),
        ("tools/list", {}, {"mcp_method": "tools/call"}, (400, -32020)),
        ("tools/list", {}, {"mcp_protocol_version": None}, (400, -32020)),
        ("tools/list", {}, {"mcp_protocol_version": "2025-11-25"}, (400, -32020)),
        ("tools/call", {"name": "a__echo"}, {"mcp_name": None}, (400, -32020)),
        ("tools/call", {"name": "a__echo"}, {"mcp_name": "a__delete"}, (400, -32020)),
        ("tools/call", {"name": "a__echo"}, {"mcp_name": "A__ECHO"}, (400, -32020)),
        ("tools/call", {"name": "none"}, {}, (400, -32602)),
        ("tools/call", {}, {}, (400, -32602)),
        ("tools/call", {"name": 5}, {"mcp_name": "5"}, (400, -32020)),
        ("tools/call", {"name": "a__echo", "arguments": []}, {}, (400, -32602)),
        ("tools/list", {"cursor": "x"}, {}, (400, -32602)),
        ("prompts/get", {"name": "none"}, {}, (400, -32602)),
        ("resources/read", {"uri": "none://"}, {}, (400, -32602)),
        ("completion/complete", {"ref": {"type": "x"}}, {}, (400, -32602)),
        ("subscriptions/listen", {}, {}, (400, -32602)),
        ("subscriptions/listen", {"notifications": {"resourceSubscriptions": 5}}, {}, (400, -32602)),
        ("tasks/get", {"taskId": "unknown"}, {}, (400, -32602)),
        ("tasks/list", {}, {}, (404, -32601)),
        ("initialize", {}, {}, (404, -32601)),
        ("ping", {}, {}, (404, -32601)),
        ("logging/setLevel", {}, {}, (404, -32601)),
        ("resources/subscribe", {}, {}, (404, -32601)),
        ("no/such", {}, {}, (404, -32601)),
        ("tools/list", {"_meta": {"io.modelcontextprotocol/clientCapabilities": 5}}, {}, (400, -32602)),
        ("tools/list", {"_meta": {"io.modelcontextprotocol/logLevel": "loud"}}, {}, (400, -32602)),
    ],
)
async def test_statuses_and_codes(
    gateway: RunningGateway,
    wire: Connect,
    a: ScriptedUpstream,
    method: str,
    params: dict[str, Any],
    more: dict[str, Any],
    answer: tuple[int, int],
) -> None:
    arrived = len(a.messages(method))
    response = await wire(gateway).ask(method, params, **more)
    assert code(response) == answer
    assert response.json()["id"] == 1
    assert len(a.messages(method)) == arrived


async def test_an_unknown_version_is_named(gateway: RunningGateway, wire: Connect) -> None:
    meta = {"_meta": {"io.modelcontextprotocol/protocolVersion": "2099-01-01"}}
    response = await wire(gateway).ask("tools/list", meta, mcp_protocol_version="2099-01-01")
    assert code(response) == (400, -32022)
    assert response.json()["error"]["data"] == {"supported": ["2026-07-28"], "requested": "2099-01-01"}


async def test_what_is_no_request(gateway: RunningGateway, wire: Connect, http: httpx2.AsyncClient) -> None:
    client = wire(gateway)
    _, headers = client.stateless("tools/list")
    assert (await http.get(client.url, headers=headers)).status_code == 405
    assert (await http.delete(client.url, headers=headers)).status_code == 405
    for body, status in (
        ([], 400),
        ([{"jsonrpc": "2.0", "id": 1, "method": "tools/list"}], 400),
        ({"jsonrpc": "2.0", "id": 1, "result": {}}, 400),
        ({"jsonrpc": "2.0", "method": "notifications/x"}, 202),
    ):
        assert (await http.post(client.url, json=body, headers=headers)).status_code == status


async def test_mirrored_arguments(gateway: RunningGateway, wire: Connect, b: ScriptedUpstream) -> None:
    region = {"type": "object", "properties": {"region": {"type": "string", "x-mcp-header": "Region"}}}
    b.definitions["echo"] = {"inputSchema": region}
    await changed(gateway, b)
    call = {"name": "b__echo", "arguments": {"region": "eu"}}
    client = wire(gateway)
    assert code(await client.ask("tools/call", call)) == (400, -32020)
    assert code(await client.ask("tools/call", call, mcp_param_region="us")) == (400, -32020)
    assert (await client.ask("tools/call", call, mcp_param_region="eu")).status_code == 200
    (seen,) = b.requests("tools/call")
    assert (seen.headers["mcp-param-region"], seen.headers["mcp-name"]) == ("eu", "echo")
    hidden = await wire(gateway, "only-a").ask("tools/call", call)
    unknown = await wire(gateway, "only-a").ask("tools/call", {**call, "name": "b__nope"})
    assert code(hidden) == code(unknown) == (400, -32602), "no mirror tells of what a key may not see"


async def changed(gateway: RunningGateway, upstream: ScriptedUpstream) -> None:
    """Announce a change and wait until the gateway has read it."""
    await upstream.listened()
    before, done = gateway.core.registry.revision, asyncio.Event()
    gateway.core.registry.listen(lambda *_: done.set() if gateway.core.registry.revision != before else None)
    upstream.announce("notifications/tools/list_changed")
    async with asyncio.timeout(10):
        await done.wait()


async def test_the_answer_streams_only_where_it_must(
    gateway: RunningGateway, wire: Connect, a: ScriptedUpstream
) -> None:
    async def busy(incoming: Incoming) -> dict[str, Any]:
        token = incoming.params["_meta"]["progressToken"]
        await incoming.notify("notifications/progress", {"progressToken": token, "progress": 1})
        return text("done")

    a.tools["echo"] = busy
    client = wire(gateway)
    plain = await client.ask("tools/call", {"name": "a__delete"})
    assert plain.headers["content-type"] == "application/json"
    async with client.open("tools/call", {"name": "a__echo", "_meta": {"progressToken": "t"}}) as reader:
        assert reader.response.headers["content-type"] == "text/event-stream"
        assert reader.response.headers["x-accel-buffering"] == "no"
        progress, answer = await reader.rest()
    assert progress["params"] == {"progressToken": "t", "progress": 1}
    assert answer["result"]["content"] == text("done")["content"]
    assert reader.last_id is None


# -- sealed states ------------------------------------------------------------------------------------------


async def ask_by_result(incoming: Incoming) -> dict[str, Any]:
    if "requestState" not in incoming.params:
        question = {"k": {"method": "elicitation/create", "params": {"message": "?"}}}
        return {"resultType": "input_required", "inputRequests": question, "requestState": "upstream-canary"}
    return text(incoming.params["requestState"])


async def ask_on_the_stream(incoming: Incoming) -> dict[str, Any]:
    answer = await incoming.ask("elicitation/create", {"message": "?"})
    return text(json.dumps(answer.get("result", answer.get("error"))))


async def begin(client: Wire, name: str) -> tuple[dict[str, Any], str]:
    call = {"name": name, "arguments": {"x": 1}}
    result = await client.result("tools/call", call)
    assert result["resultType"] == "input_required"
    (question,) = result["inputRequests"]
    retry = {**call, "requestState": result["requestState"], "inputResponses": {question: {"action": "decline"}}}
    return retry, result["requestState"]


@pytest.fixture(params=["a__echo", "b__echo"])
def asking(request: pytest.FixtureRequest, a: ScriptedUpstream, b: ScriptedUpstream) -> str:
    """The name of a tool that asks: of a handshake server, whose call is parked, or of a stateless one."""
    a.tools["echo"] = a.tools["delete"] = ask_on_the_stream
    b.tools["echo"] = b.tools["other"] = ask_by_result
    name: str = request.param
    return name


async def test_a_state_is_opaque_and_opens_again(gateway: RunningGateway, wire: Connect, asking: str) -> None:
    client = wire(gateway, elicitation={})
    retry, sealed = await begin(client, asking)
    assert "canary" not in sealed
    said = (await client.result("tools/call", retry))["content"][0]["text"]
    assert said == ("upstream-canary" if asking == "b__echo" else '{"action": "decline"}')


async def test_no_state_opens_for_anybody_or_anything_else(
    gateway: RunningGateway, wire: Connect, asking: str, a: ScriptedUpstream, b: ScriptedUpstream
) -> None:
    client, upstream = wire(gateway, elicitation={}), a if asking == "a__echo" else b
    retry, sealed = await begin(client, asking)
    middle = len(sealed) // 2
    flipped = "A" if sealed[middle] != "A" else "B"
    wrong: list[tuple[str, Wire, dict[str, Any]]] = [
        ("another key", wire(gateway, "second", elicitation={}), retry),
        ("other arguments", client, {**retry, "arguments": {"x": 2}}),
        ("another tool", client, {**retry, "name": asking.replace("echo", "delete" if asking[0] == "a" else "other")}),
        ("another server", client, {**retry, "name": "b__echo" if asking[0] == "a" else "a__echo"}),
        ("tampered", client, {**retry, "requestState": sealed[:middle] + flipped + sealed[middle + 1 :]}),
        ("truncated", client, {**retry, "requestState": sealed[:-8]}),
        ("empty", client, {**retry, "requestState": ""}),
        ("invented", client, {**retry, "requestState": "upstream-canary"}),
        ("no text", client, {**retry, "requestState": {"a": 1}}),
    ]
    calls = len(upstream.messages("tools/call"))
    for why, sender, params in wrong:
        response = await sender.ask("tools/call", params)
        assert code(response) == (400, -32602), why
        assert "requestState is not valid" in response.json()["error"]["message"], why
    assert len(upstream.messages("tools/call")) == calls
    assert (await client.result("tools/call", retry))["content"], "and the right one still opens"


async def test_a_state_expires(
    gateway: RunningGateway, wire: Connect, asking: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seal, "LIFETIME", -1.0)
    client = wire(gateway, elicitation={})
    retry, _ = await begin(client, asking)
    assert code(await client.ask("tools/call", retry)) == (400, -32602)


async def test_a_parked_call_answers_once(gateway: RunningGateway, wire: Connect, a: ScriptedUpstream) -> None:
    a.tools["echo"] = ask_on_the_stream
    client = wire(gateway, elicitation={})
    retry, _ = await begin(client, "a__echo")
    assert (await client.result("tools/call", retry))["content"]
    assert code(await client.ask("tools/call", retry)) == (400, -32602)
    assert len(a.messages("tools/call")) == 1


async def test_missing_and_superfluous_answers(gateway: RunningGateway, wire: Connect, a: ScriptedUpstream) -> None:
    a.tools["echo"] = ask_on_the_stream
    client = wire(gateway, elicitation={})
    retry, _ = await begin(client, "a__echo")
    again = await client.result("tools/call", {**retry, "inputResponses": {"unknown": {"action": "accept"}}})
    assert again["resultType"] == "input_required"
    assert len(again["inputRequests"]) == 1
    retry["requestState"] = again["requestState"]
    assert (await client.result("tools/call", retry))["content"]


async def test_a_revoked_key_loses_its_parked_calls(
    gateway: RunningGateway, wire: Connect, a: ScriptedUpstream
) -> None:
    a.tools["echo"] = ask_on_the_stream
    client = wire(gateway, elicitation={})
    await begin(client, "a__echo")
    gateway.put(replace(gateway.core.snapshot.state, keys={}))
    await a.until(lambda: bool(a.messages("notifications/cancelled")))
    assert len(gateway.core.relay.suspended) == 0


# -- subscriptions/listen -----------------------------------------------------------------------------------

ALL = {"toolsListChanged": True, "promptsListChanged": True, "resourcesListChanged": True}


async def test_not_too_many_resources_are_listened_to(
    gateway: RunningGateway, wire: Connect, a: ScriptedUpstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subscriptions, "MAX_URIS", 2)
    uris = [f"a://{number}/data" for number in range(4)]
    wanted = {"resourceSubscriptions": [uris[0], *uris]}
    async with wire(gateway).open("subscriptions/listen", {"notifications": wanted}) as reader:
        accepted = (await reader.message())["params"]["notifications"]
    assert accepted["resourceSubscriptions"] == [uris[0], *uris[:2]]
    session = await wire(gateway).shake_hands()
    answers = [
        (await session.send({"id": 1, "method": "resources/subscribe", "params": {"uri": uri}})).json() for uri in uris
    ]
    assert ["error" in answer for answer in answers] == [False, False, True, True]
    assert "No more than 2 subscriptions" in answers[2]["error"]["message"]


async def test_listen_acknowledges_and_tells(gateway: RunningGateway, wire: Connect, b: ScriptedUpstream) -> None:
    wanted = {"toolsListChanged": True, "unknownKind": True, "resourceSubscriptions": ["a://one", "b://one", "no://"]}
    async with asyncio.timeout(15), wire(gateway).open("subscriptions/listen", {"notifications": wanted}) as reader:
        ack = await reader.message()
        assert ack["method"] == "notifications/subscriptions/acknowledged"
        assert ack["params"]["notifications"] == {
            "toolsListChanged": True,
            "resourceSubscriptions": ["a://one", "b://one"],
        }
        assert ack["params"]["_meta"] == {SUBSCRIPTION: 1}
        b.announce("notifications/resources/updated", {"uri": "b://one"})
        updated = await reader.message()
        assert (updated["method"], updated["params"]["uri"]) == ("notifications/resources/updated", "b://one")
        assert updated["params"]["_meta"] == {SUBSCRIPTION: 1}
        b.tools["new"] = b.tools["echo"]
        b.prompts.append({"name": "new"})
        b.announce("notifications/tools/list_changed")
        assert (await reader.message())["method"] == "notifications/tools/list_changed"
        gateway.put(replace(gateway.core.snapshot.state, keys={}))
        (final,) = await reader.rest()
    assert final["result"]["resultType"] == "complete"
    assert final["result"]["_meta"][SUBSCRIPTION] == 1


async def test_only_who_can_see_a_change_hears_of_it(
    gateway: RunningGateway, wire: Connect, a: ScriptedUpstream, b: ScriptedUpstream
) -> None:
    async with (
        asyncio.timeout(15),
        wire(gateway).open("subscriptions/listen", {"notifications": ALL}) as everything,
        wire(gateway, "only-a").open("subscriptions/listen", {"notifications": ALL}) as only_a,
    ):
        assert await everything.message()
        assert await only_a.message()
        b.tools["new"] = b.tools["echo"]
        b.announce("notifications/tools/list_changed")
        assert (await everything.message())["method"] == "notifications/tools/list_changed"
        a.prompts.append({"name": "new"})
        await a.listened()
        a.announce("notifications/prompts/list_changed")
        assert (await only_a.message())["method"] == "notifications/prompts/list_changed"
        assert (await everything.message())["method"] == "notifications/prompts/list_changed"


async def test_closing_a_listen_gives_up_its_subscriptions(
    gateway: RunningGateway, wire: Connect, a: ScriptedUpstream
) -> None:
    subscribe = {"notifications": {"resourceSubscriptions": ["a://one"]}}
    async with asyncio.timeout(15):
        async with wire(gateway).open("subscriptions/listen", subscribe) as first:
            await first.message()
            async with wire(gateway).open("subscriptions/listen", subscribe) as second:
                await second.message()
                assert len(a.messages("resources/subscribe")) == 1
            assert a.messages("resources/unsubscribe") == []
        await a.until(lambda: len(a.messages("resources/unsubscribe")) == 1)


async def test_going_away_while_it_subscribes_gives_up_what_a_listen_has(
    gateway: RunningGateway, wire: Connect, a: ScriptedUpstream
) -> None:
    async def never(incoming: Incoming) -> dict[str, Any]:
        if incoming.params["uri"] == "a://2/data":
            await asyncio.Event().wait()
        return {}

    a.handlers["resources/subscribe"] = never
    subscribe = {"notifications": {"resourceSubscriptions": ["a://one", "a://2/data"]}}
    async with asyncio.timeout(15):
        async with wire(gateway).open("subscriptions/listen", subscribe):
            await a.until(lambda: len(a.messages("resources/subscribe")) == 2)
        await a.until(lambda: len(a.messages("resources/unsubscribe")) == 1)
    assert a.messages("resources/unsubscribe")[0]["params"]["uri"] == "a://one"


async def test_a_lost_grant_is_told_and_effective_at_once(gateway: RunningGateway, wire: Connect) -> None:
    client = wire(gateway, "only-a")
    async with asyncio.timeout(15), client.open("subscriptions/listen", {"notifications": ALL}) as reader:
        await reader.message()
        servers = gateway.core.snapshot.state.servers
        gateway.put(state(*servers.values(), key("only-a", servers=("a",), tools={"a": ("echo",)})))
        assert (await reader.message())["method"] == "notifications/tools/list_changed"
    assert await client.names() == ["a__echo"]
    assert code(await client.ask("tools/call", {"name": "a__delete"})) == (400, -32602)
