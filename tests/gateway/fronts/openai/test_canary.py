"""Nothing that opens this gateway, or a server behind it, is in anything that a provider receives."""

from __future__ import annotations

import contextlib
import hashlib
import logging
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from typing import Any

import openai
import pytest

from mcptui.gateway.control.calls import ControlCalls
from mcptui.gateway.control.chat import chat
from mcptui.model import Key
from mcptui.services.answering import Answer
from mcptui.services.conversations import as_json, as_markdown, find_conversation, keep_turn
from mcptui.services.workspace import Workspace
from tests.support.provider import Says
from tests.support.rig import Rig, running_rig
from tests.support.upstream import text

GATEWAY_KEY = "sk-mcptui-" + "Canary_-" * 5 + "abc"
UPSTREAM_SECRET = "canary-upstream-secret"
CLIENT_SECRET = "canary-client-secret"


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Rig]:
    """One whose stores are files, which are looked into."""
    kept = tmp_path / "state"
    kept.mkdir()
    async with running_rig(kept=kept) as rig:
        yield rig


@pytest.mark.parametrize("model", ["chat", "resp"])
@pytest.mark.parametrize("stream", [True, False])
async def test_no_canary_leaves(
    rig: Rig, model: str, stream: bool, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    caplog.set_level(logging.DEBUG)

    async def telltale(incoming: Any) -> dict[str, Any]:
        return text(f"you sent {GATEWAY_KEY}, did you? And {UPSTREAM_SECRET}")

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
    # Nor from a conversation in the app, whose arguments may be edited and whose calls may be refused with a word.
    rig.provider.rounds = [*([Says("")] * len(rig.provider.asked)), *rounds]
    calls = ControlCalls(rig.gateway.core)
    question = {"role": "user", "content": [{"type": "text", "text": asked}]}
    turn = {"model": model, "messages": [question], "key": "canary", "approve": "always"}
    answer_taken = Answer(asked, turn, at=0.0)
    async with aclosing(chat(rig.gateway.core, calls, turn)) as events:
        async for event in events:
            answer_taken.take(event)
            if event.type == "approval":
                calls.answer(event.value["id"], {"approve": True, "arguments": {"key": GATEWAY_KEY}}, None)
    # What a client does wrong is said without it too.
    for wrong in ({"tools": [{**foreign, "server_url": f"https://far.example/{GATEWAY_KEY}"}]}, {"model": GATEWAY_KEY}):
        with contextlib.suppress(openai.APIStatusError):
            await client.responses.create(**{"model": model, "input": asked, "metadata": {"k": GATEWAY_KEY}, **wrong})
    assert len(rig.provider.asked) >= 6
    assert any(
        b"[removed: a key of this gateway], did you? And [removed: a secret]" in sent.raw for sent in rig.provider.asked
    )
    for sent in rig.provider.asked:
        nothing_in(sent.path + sent.raw.decode() + repr(dict(sent.headers)))
    # What the gateway writes down: its log, the traffic, conversations and what is exported of them.
    await rig.gateway.core.recorder.flush()
    assert rig.gateway.records
    # The client of this test logs too.
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("mcptui")]
    nothing_in(repr(ours) + repr(rig.gateway.records))
    ws = Workspace.open(tmp_path)
    id_ = keep_turn(ws, answer_taken.turn(1.0), None)
    session, turns = find_conversation(ws.conversations, id_)
    nothing_in(repr(turns) + as_json(session, turns) + as_markdown(session, turns))
    ws.conversations.close()
    assert (tmp_path / "state" / "stored-responses.db").exists()
    nothing_in("".join(path.read_bytes().decode("latin-1") for path in tmp_path.rglob("*") if path.is_file()))


def nothing_in(text: str) -> None:
    for canary in (GATEWAY_KEY, UPSTREAM_SECRET, CLIENT_SECRET):
        assert canary not in text, text[max(0, text.find(canary) - 300) :][:600]
