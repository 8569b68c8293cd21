"""Credentials for servers in requests and tools of ``/v1``: listing and calls show them to the server."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.provider import Says
from tests.support.rig import Rig


async def shown(rig: Rig, tool: dict[str, Any], extra: dict[str, str], *, chat: bool, name: str = "one__add") -> None:
    """One turn in which the model calls the tool."""
    rig.provider.asked.clear()
    rig.provider.rounds = [Says("", calls=((name, '{"a": 1, "b": 2}'),)), Says("3")]
    own = {"type": "mcp", "server_label": "gw", "server_url": rig.gateway.url + "/mcp", "require_approval": "never"}
    client, tools = rig.client(), [{**own, **tool}]
    if chat:
        messages = [{"role": "user", "content": "hi"}]
        await client.chat.completions.create(model="chat", messages=messages, tools=tools, extra_headers=extra)
    else:
        await client.responses.create(model="resp", input="hi", tools=tools, extra_headers=extra)


def credentials(rig: Rig, method: str) -> set[str | None]:
    """What the calls and lists of server one carried, the gateway's own ones left out."""
    found = {seen.headers.get("authorization") for seen in rig.one.requests(method)}
    return found if method == "tools/call" else found - {None}


@pytest.mark.parametrize("chat", [False, True])
@pytest.mark.parametrize(
    ("tool", "extra", "arrives"),
    [
        ({}, {}, None),
        ({}, {"x-mcp-auth": "Bearer R"}, "Bearer R"),
        ({}, {"x-mcp-auth": "Bearer R", "x-mcp-one-authorization": "Bearer RS"}, "Bearer RS"),
        ({"headers": {"X-MCP-Auth": "Bearer T"}}, {"x-mcp-auth": "Bearer R"}, "Bearer T"),
        ({"headers": {"x-mcp-one-authorization": "Bearer TS"}}, {"x-mcp-auth": "Bearer R"}, "Bearer TS"),
        ({"headers": {"x-mcp-auth": "Bearer T"}}, {"x-mcp-one-authorization": "Bearer RS"}, "Bearer RS"),
        ({"headers": {"Authorization": "Bearer sk-all", "x-mcp-auth": "sk-all"}}, {}, None),
    ],
)
async def test_what_a_server_is_shown(
    rig: Rig, tool: dict[str, Any], extra: dict[str, str], arrives: str | None, chat: bool
) -> None:
    await shown(rig, tool, extra, chat=chat)
    assert credentials(rig, "tools/call") == {arrives}
    assert credentials(rig, "tools/list") == {arrives} - {None}
    assert not [seen for each in (rig.one, rig.two) for seen in each.seen if "sk-all" in str(seen.headers)]


async def test_with_the_url_of_a_registered_server_authorization_is_that_server_s(rig: Rig) -> None:
    for tool in ({"authorization": "OAUTH"}, {"headers": {"Authorization": "Bearer OAUTH"}}):
        rig.one.seen.clear()
        await shown(rig, {"server_url": rig.one.url, **tool}, {}, chat=False, name="add")
        assert credentials(rig, "tools/call") == {"Bearer OAUTH"}
        assert not [seen for seen in rig.two.seen if "OAUTH" in str(seen.headers)]
