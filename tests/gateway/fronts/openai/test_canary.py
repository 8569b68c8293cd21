"""Nothing that opens this gateway, or a server behind it, is in anything that a provider receives."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

import pytest

from mcptui.model import Key
from mcptui.testing.provider import Says
from mcptui.testing.rig import Rig
from mcptui.testing.upstream import text

GATEWAY_KEY = "sk-mcptui-" + "Canary_-" * 5 + "abc"
UPSTREAM_SECRET = "canary-upstream-secret"
CLIENT_SECRET = "canary-client-secret"


@pytest.mark.parametrize("model", ["chat", "resp"])
@pytest.mark.parametrize("stream", [True, False])
async def test_no_canary_leaves(rig: Rig, model: str, stream: bool) -> None:
    async def telltale(incoming: Any) -> dict[str, Any]:
        return text(f"you sent {GATEWAY_KEY}, did you?")

    rig.one.tools["add"] = telltale
    await rig.gateway.core.registry.reopen("one")
    rig.gateway.secrets.set("server/one/token", UPSTREAM_SECRET)
    server = replace(rig.state.servers["one"], headers={"X-Token": "${secret:server/one/token}"})
    digest = "sha256:" + hashlib.sha256(GATEWAY_KEY.encode()).hexdigest()
    rig.change(
        servers={**rig.state.servers, "one": server},
        keys={**rig.state.keys, "canary": Key(name="canary", hash=digest, servers=("*",))},
    )
    await rig.gateway.read()
    client = rig.client().with_options(api_key=GATEWAY_KEY)
    headers = {"x-litellm-api-key": f"Bearer {GATEWAY_KEY}", "x-mcp-auth": CLIENT_SECRET, "X-Key": GATEWAY_KEY}
    own: Any = {"type": "mcp", "server_label": "gw", "server_url": f"{rig.gateway.url}/mcp"}
    own |= {"require_approval": "never", "headers": headers}
    foreign: Any = {"type": "mcp", "server_label": "far", "server_url": "https://far.example/mcp"}
    foreign |= {"headers": {"x": GATEWAY_KEY, "y": f"Bearer {GATEWAY_KEY}"}, "authorization": GATEWAY_KEY}
    rounds = [Says(calls=(("one__add", "{}"),)), Says("fine")]
    asked = f"my key is {GATEWAY_KEY}"
    extra = {"x-mcp-auth": CLIENT_SECRET, "x-mcp-one-token": CLIENT_SECRET, "x-litellm-api-key": GATEWAY_KEY}
    foreigners = [foreign] if model == "resp" else []
    for tools in ([own], [own, *foreigners], foreigners):
        rig.provider.rounds = [*([Says("")] * len(rig.provider.asked)), *rounds]
        answer = await client.responses.create(
            model=model, input=asked, instructions=asked, tools=tools, stream=stream, extra_headers=extra
        )
        if stream:
            async for _ in answer:
                pass
    rig.provider.rounds = [*([Says("")] * len(rig.provider.asked)), *rounds]
    messages = [{"role": "user", "content": asked}]
    answer = await client.chat.completions.create(
        model=model, messages=messages, tools=[own], stream=stream, extra_headers=extra
    )
    if stream:
        async for _ in answer:
            pass
    # Approvals, an earlier response, the background, and what is fetched again.
    asks = {**own, "require_approval": "always"}
    rig.provider.rounds = [*([Says("")] * len(rig.provider.asked)), *rounds]
    first = await client.responses.create(model=model, input=asked, tools=[asks], extra_headers=extra)
    (question,) = [item for item in first.output if item.type == "mcp_approval_request"]
    agreed = {"type": "mcp_approval_response", "approval_request_id": question.id, "approve": True, "reason": asked}
    going_on: Any = {"model": model, "input": [agreed], "previous_response_id": first.id, "tools": [asks]}
    async for _ in await client.responses.create(**going_on, extra_headers=extra, background=True, stream=True):
        pass
    made = await client.responses.create(model=model, input=asked, extra_headers=extra)
    await client.responses.retrieve(made.id, extra_headers=extra, extra_query={"key": GATEWAY_KEY})
    assert len(rig.provider.asked) >= 6
    assert any(b"[removed: a key of this gateway], did you?" in sent.raw for sent in rig.provider.asked)
    for sent in rig.provider.asked:
        received = sent.raw.decode() + repr(dict(sent.headers))
        for canary in (GATEWAY_KEY, UPSTREAM_SECRET, CLIENT_SECRET):
            assert canary not in received
