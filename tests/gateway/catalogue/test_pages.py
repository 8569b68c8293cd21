from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from mcptui.gateway.catalogue import pages
from mcptui.gateway.principal import KeyPrincipal
from mcptui.gateway.scope import ALL
from mcptui.model import Server
from tests.support.gateway import RunningGateway, key
from tests.support.upstream import Incoming, ScriptedUpstream, text
from tests.support.wire import Wire

Serve = Callable[..., Awaitable[RunningGateway]]
Connect = Callable[..., Wire]


async def ok(incoming: Incoming) -> dict[str, Any]:
    return text("ok")


@pytest.fixture(autouse=True)
def short_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "PAGE", 3)


async def in_front(serve: Serve, upstream: ScriptedUpstream) -> RunningGateway:
    return await serve(Server(name="s", url=upstream.url), key("all", servers=("*",)), key("other", servers=("*",)))


def names(items: list[dict[str, Any]]) -> list[str]:
    return [item.get("uri") or item.get("uriTemplate") or item["name"] for item in items]


LISTS = {
    "tools/list": "tools",
    "prompts/list": "prompts",
    "resources/list": "resources",
    "resources/templates/list": "resourceTemplates",
}


async def test_a_long_list_comes_in_pages(serve: Serve, wire: Connect) -> None:
    async with ScriptedUpstream(
        tools={f"t{number}": ok for number in range(7)},
        prompts=[{"name": f"p{number}"} for number in range(6)],
        resources=[{"uri": f"r://{number}", "name": "r"} for number in range(4)],
        templates=[{"uriTemplate": f"t{number}://{{x}}", "name": "t"} for number in range(3)],
    ) as upstream:
        gateway = await in_front(serve, upstream)
        client = wire(gateway)
        session = await client.shake_hands()
        sizes = {"tools/list": [3, 3, 1], "prompts/list": [3, 3], "resources/list": [3, 1]}
        for method, member in LISTS.items():
            found: dict[str, list[str]] = {"stateless": [], "handshake": []}
            for era, all_names in found.items():
                cursor: dict[str, Any] = {}
                lengths = []
                while True:
                    if era == "stateless":
                        result = await client.result(method, cursor)
                    else:
                        sent = {"id": 1, "method": method, "params": cursor}
                        result = (await session.send(sent)).json()["result"]
                    lengths.append(len(result[member]))
                    all_names += names(result[member])
                    if "nextCursor" not in result:
                        break
                    cursor = {"cursor": result["nextCursor"]}
                assert lengths == sizes.get(method, [3]), method
            assert found["stateless"] == found["handshake"]
            assert len(found["stateless"]) == len(set(found["stateless"])) == sum(sizes.get(method, [3]))


async def test_a_cursor_is_for_one_principal_and_one_list(serve: Serve, wire: Connect) -> None:
    async with ScriptedUpstream(
        tools={f"t{number}": ok for number in range(4)}, prompts=[{"name": f"p{number}"} for number in range(4)]
    ) as upstream:
        gateway = await in_front(serve, upstream)
        client = wire(gateway)
        cursor = (await client.result("tools/list"))["nextCursor"]
        wrong = [
            (wire(gateway, "other"), "tools/list", cursor),
            (wire(gateway, path="/mcp/s"), "tools/list", cursor),
            (client, "prompts/list", cursor),
            (client, "tools/list", cursor[:-4]),
            (client, "tools/list", ""),
            (client, "tools/list", 5),
        ]
        for sender, method, value in wrong:
            response = await sender.ask(method, {"cursor": value})
            assert (response.status_code, response.json()["error"]["code"]) == (400, -32602)
            assert response.json()["error"]["message"] == "Invalid cursor"
        assert names((await client.result("tools/list", {"cursor": cursor}))["tools"]) == ["s__t3"]


async def test_a_list_that_changes_between_two_pages(serve: Serve, wire: Connect) -> None:
    async with ScriptedUpstream(tools={f"t{number}": ok for number in range(5)}) as upstream:
        gateway = await in_front(serve, upstream)
        client = wire(gateway)
        await upstream.listened()
        cursor = (await client.result("tools/list"))["nextCursor"]
        session = await client.shake_hands()
        async with session.listen() as stream:

            async def until_gone(name: str) -> None:
                del upstream.tools[name]
                upstream.announce("notifications/tools/list_changed")
                view = gateway.core.catalogue.view
                while f"s__{name}" in view(gateway.core.snapshot, KeyPrincipal("all"), ALL).tools:
                    await stream.message()

            await until_gone("t0")
            assert names((await client.result("tools/list", {"cursor": cursor}))["tools"]) == ["s__t3", "s__t4"]
            await until_gone("t2")
        assert (await client.ask("tools/list", {"cursor": cursor})).json()["error"]["code"] == -32602
