"""Responses that a provider keeps by itself: fetched, continued, cancelled and deleted through the gateway."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import openai
import pytest

from mcptui.gateway.fronts.openai import forwarded
from mcptui.gateway.fronts.openai.forwarded import Forwarded
from mcptui.gateway.principal import KeyPrincipal
from mcptui.llm.errors import LlmError
from mcptui.stores.provider_responses import LocalProviderResponses
from tests.support.gateway import key
from tests.support.rig import Rig, running_rig

ME, OTHER = KeyPrincipal("me"), KeyPrincipal("other")


@pytest.mark.parametrize("stream", [True, False])
async def test_a_response_of_the_provider(rig: Rig, stream: bool) -> None:
    client = rig.client()
    made: Any = await client.responses.create(model="resp", input="hi", stream=stream, background=True)
    if stream:
        async for event in made:
            made = getattr(event, "response", made)
    assert made.id == "resp_upstream_1"
    fetched = await client.responses.retrieve(made.id, include=["reasoning.encrypted_content"])
    assert (fetched.id, fetched.status) == (made.id, "completed")
    assert [item async for item in client.responses.input_items.list(made.id, limit=5)] == []
    assert (await client.responses.cancel(made.id)).status == "cancelled"
    await client.responses.create(model="resp", input="and?", previous_response_id=made.id)
    for call in (
        rig.client("only-two").responses.retrieve(made.id),
        rig.client("only-two").responses.cancel(made.id),
        rig.client("only-two").responses.delete(made.id),
        rig.client("only-two").responses.input_items.list(made.id),
    ):
        with pytest.raises(openai.NotFoundError):
            await call
    with pytest.raises(openai.BadRequestError) as unknown:
        await rig.client("only-two").responses.create(model="resp", input="x", previous_response_id=made.id)
    assert unknown.value.code == "previous_response_not_found"
    await client.responses.delete(made.id)
    with pytest.raises(openai.NotFoundError):
        await client.responses.retrieve(made.id)
    paths = [asked.path for asked in rig.provider.asked]
    assert paths == [
        "/v1/responses",
        "/v1/responses/resp_upstream_1?include%5B%5D=reasoning.encrypted_content",
        "/v1/responses/resp_upstream_1/input_items?limit=5",
        "/v1/responses/resp_upstream_1/cancel",
        "/v1/responses",
        "/v1/responses/resp_upstream_1",
    ]


async def test_a_model_that_the_key_may_not_use_any_more(rig: Rig) -> None:
    made = await rig.client().responses.create(model="resp", input="hi")
    rig.change(keys={**rig.state.keys, "all": key("all", servers=("*",), models=("!resp",))})
    with pytest.raises(openai.NotFoundError) as refused:
        await rig.client().responses.retrieve(made.id)
    assert refused.value.code == "model_not_found"
    assert len(rig.provider.asked) == 1


async def test_ids_are_found_wherever_the_pieces_are_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    text = (
        b'event: response.created\ndata: {"type":"response.created","response":{"id" : "resp_1.a-b=","x":"resp_2"}}\n\n'
    )
    for cut in range(len(text)):
        known = Forwarded(LocalProviderResponses())
        observe = known.observer(ME, "m")
        await observe(text[:cut])
        await observe(text[cut:])
        await observe(b'{"id":"resp_3"}')
        assert await known.model_of("resp_1.a-b=", ME) == "m"
        assert await known.model_of("resp_3", ME) is None
    monkeypatch.setattr(forwarded, "_SEARCHED", 10)
    known = Forwarded(LocalProviderResponses())
    observe = known.observer(ME, "m")
    await observe(b" " * 20)
    await observe(b'{"id":"resp_1"}')
    assert await known.model_of("resp_1", ME) is None


async def test_they_survive_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "responses.json"
    async with running_rig(kept=tmp_path) as rig:
        asked: Any = {"model": "resp", "input": "a secret question", "instructions": "sk-all", "store": True}
        made = await rig.client().responses.create(**asked)
        gone = await rig.client().responses.create(**asked)
        await rig.client().responses.delete(gone.id)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    # Whose it is and of which model, and nothing else.
    assert json.loads(file.read_text()) == [[made.id, "key:all", "resp"]]
    async with running_rig(kept=tmp_path) as rig:
        assert (await rig.client().responses.retrieve(made.id)).id == made.id
        for other in (rig.client("only-two").responses.retrieve(made.id), rig.client().responses.retrieve(gone.id)):
            with pytest.raises(openai.NotFoundError):
                await other
        with pytest.raises(openai.BadRequestError):
            await rig.client("only-two").responses.create(model="resp", input="x", previous_response_id=made.id)
        await rig.client().responses.create(model="resp", input="and?", previous_response_id=made.id)


@pytest.mark.parametrize("content", ["", "{", "{}", "3", '[["a"], ["b", 1, 2], 5, ["resp_1", "key:me", "m"]]'])
async def test_a_damaged_file_is_no_obstacle(tmp_path: Path, content: str) -> None:
    file = tmp_path / "responses.json"
    file.write_text(content)
    assert await Forwarded(LocalProviderResponses(file)).model_of("resp_1", ME) == (
        "m" if "resp_1" in content else None
    )


async def test_whose_they_are() -> None:
    known = Forwarded(LocalProviderResponses())
    await known.observer(ME, "m")(b'{"id":"resp_1"}')
    assert await known.model_of("resp_1", ME) == "m"
    assert await known.model_of("resp_1", OTHER) is None
    for id_ in ("resp_0", None, 3):
        await known.require_own(id_, OTHER)
    await known.require_own("resp_1", ME)
    with pytest.raises(LlmError, match="not found"):
        await known.require_own("resp_1", OTHER)
    for status in (400, 401, 500, 503):
        await known.deleted("resp_1", status)
        assert await known.model_of("resp_1", ME) == "m"
    await known.deleted("resp_1", 404)
    await known.deleted("resp_1", 200)
    await known.require_own("resp_1", OTHER)
