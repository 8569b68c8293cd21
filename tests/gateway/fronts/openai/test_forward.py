"""Models and plain requests: the provider's bytes, the gateway's keys."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import openai
import pytest
from openai.types.responses import ResponseTextDeltaEvent

from tests.support.provider import Refusal, Says, chat_completion
from tests.support.rig import Rig

USER: Any = [{"role": "user", "content": "hi"}]


async def test_models_are_those_of_the_key(rig: Rig) -> None:
    assert [model.id async for model in rig.client().models.list()] == ["chat", "resp"]
    assert [model.id async for model in rig.client("no-resp").models.list()] == ["chat"]
    assert (await rig.client().models.retrieve("chat")).owned_by == "mcptui"
    with pytest.raises(openai.NotFoundError) as missing:
        await rig.client("no-resp").models.retrieve("resp")
    assert missing.value.code == "model_not_found"
    bare = await rig.http.get(f"{rig.gateway.url}/models", headers={"x-litellm-api-key": "sk-all"})
    assert [model["id"] for model in bare.json()["data"]] == ["chat", "resp"]


@pytest.mark.parametrize(
    ("headers", "code", "challenge"),
    [
        ({}, "key_missing", "Bearer"),
        ({"Authorization": "Bearer nonsense"}, "key_unknown", 'Bearer error="invalid_token"'),
        ({"x-litellm-api-key": "sk-off"}, "key_disabled", 'Bearer error="invalid_token"'),
    ],
)
async def test_a_bad_key_is_refused_in_the_shape_of_openai(
    rig: Rig, headers: dict[str, str], code: str, challenge: str
) -> None:
    for path in ("/v1/models", "/v1/responses", "/chat/completions"):
        method = "GET" if path.endswith("models") else "POST"
        answer = await rig.http.request(method, rig.gateway.url + path, headers=headers, content=b"{")
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == challenge
        error = answer.json()["error"]
        assert (error["type"], error["code"], error["param"]) == ("invalid_request_error", code, None)
    assert rig.provider.asked == []


@pytest.mark.parametrize("model", ["resp", "nope"])
async def test_a_model_out_of_reach_is_one_that_does_not_exist(rig: Rig, model: str) -> None:
    for create in (
        rig.client("no-resp").responses.create(model=model, input="hi"),
        rig.client("no-resp").chat.completions.create(model=model, messages=USER),
    ):
        with pytest.raises(openai.NotFoundError, match=f"The model '{model}' does not exist or you do not"):
            await create
    assert rig.provider.asked == []


@pytest.mark.parametrize("content", [b"{", b"[]", b'{"model": "chat", "model": "resp"}', b"{}", b'{"model": 1}'])
async def test_malformed_bodies(rig: Rig, content: bytes) -> None:
    answer = await rig.http.post(
        f"{rig.gateway.url}/v1/responses", content=content, headers={"Authorization": "Bearer sk-all"}
    )
    assert answer.status_code == 400
    assert answer.json()["error"]["type"] == "invalid_request_error"


async def test_a_body_that_is_too_large(rig: Rig) -> None:
    rig.change(gateway=replace(rig.state.gateway, max_body_bytes=1024))
    with pytest.raises(openai.APIStatusError) as refused:
        await rig.client().chat.completions.create(model="chat", messages=[{"role": "user", "content": "x" * 2000}])
    assert (refused.value.status_code, refused.value.code) == (413, "too_large")


async def test_bytes_go_through_as_they_are(rig: Rig) -> None:
    body = b'{ "model": "resp", "input": "h\\u00e4", "unknown": [1.50] }'
    answer = await rig.http.post(
        f"{rig.gateway.url}/v1/responses", content=body, headers={"Authorization": "Bearer sk-all", "X-Secret": "s"}
    )
    (asked,) = rig.provider.asked
    assert asked.raw == body
    assert asked.headers["authorization"] == "Bearer sk-provider-canary"
    assert "x-secret" not in asked.headers
    assert answer.json()["id"] == "resp_upstream_1"


async def test_a_model_under_another_name(rig: Rig) -> None:
    completion = await rig.client().chat.completions.create(model="chat", messages=USER)
    assert completion.model_dump(exclude_unset=True) == chat_completion(Says("hello there"), 1)
    assert rig.provider.asked[0].body == {"messages": USER, "model": "upstream-model"}


async def test_streams(rig: Rig) -> None:
    pieces = [
        chunk.choices[0].delta.content
        async for chunk in await rig.client().chat.completions.create(model="chat", messages=USER, stream=True)
        if chunk.choices
    ]
    assert "".join(piece or "" for piece in pieces) == "hello there"
    async with rig.client().responses.stream(model="resp", input="hi") as stream:
        assert (await stream.get_final_response()).output_text == "hello there"


async def test_a_stream_comes_piece_by_piece(rig: Rig) -> None:
    hold = asyncio.Event()
    rig.provider.rounds = [Says("hello there", hold=hold)]
    stream = await rig.client().responses.create(model="resp", input="hi", stream=True)
    events = aiter(stream)
    assert (await anext(events)).type == "response.created"
    hold.set()
    assert "hello " in [event.delta async for event in events if isinstance(event, ResponseTextDeltaEvent)]


@pytest.mark.parametrize("stream", [True, False])
async def test_a_client_that_leaves_ends_the_request(rig: Rig, stream: bool) -> None:
    rig.provider.rounds = [Says("hello", hold=asyncio.Event())]
    task = asyncio.create_task(_read(rig, stream))
    await rig.provider.started.wait()
    task.cancel()
    await asyncio.wait_for(rig.provider.left.wait(), 5)


async def _read(rig: Rig, stream: bool) -> None:
    answer: Any = await rig.client().responses.create(model="resp", input="hi", stream=stream)
    async for _ in answer:
        pass


async def test_a_key_that_is_revoked_ends_the_stream(rig: Rig) -> None:
    rig.provider.rounds = [Says("hello", hold=asyncio.Event())]
    task = asyncio.create_task(_read(rig, True))
    await rig.provider.started.wait()
    rig.change(keys={**rig.state.keys, "all": replace(rig.state.keys["all"], models=("chat",))})
    await asyncio.wait_for(rig.provider.left.wait(), 5)
    with pytest.raises(openai.APIError):
        await task


async def test_the_provider_s_refusal_stays_what_it_is(rig: Rig) -> None:
    rig.provider.rounds = [
        Refusal(429, f"slow down, {'sk-provider-canary'}", {"Retry-After": "7", "x-ratelimit-limit-requests": "3"})
    ]
    with pytest.raises(openai.RateLimitError, match="slow down") as refused:
        await rig.client().chat.completions.create(model="chat", messages=USER)
    assert (refused.value.code, refused.value.type) == ("scripted", "scripted")
    assert refused.value.response.headers["retry-after"] == "7"
    assert refused.value.response.headers["x-ratelimit-limit-requests"] == "3"
    assert "canary" not in refused.value.response.text
    assert len(rig.provider.asked) == 1


async def test_a_provider_that_does_not_answer(rig: Rig) -> None:
    gone = replace(rig.state.models["chat"], base_url="http://127.0.0.1:9/v1")
    rig.change(models={**rig.state.models, "gone": replace(gone, name="gone")})
    with pytest.raises(openai.APIStatusError, match="cannot connect to the provider of gone") as refused:
        await rig.client().chat.completions.create(model="gone", messages=USER)
    assert (refused.value.status_code, refused.value.code) == (502, "provider_unreachable")


async def test_a_key_that_cannot_be_resolved(rig: Rig) -> None:
    model = replace(rig.state.models["chat"], api_key="${secret:model/chat/api_key}")
    rig.change(models={"chat": model})
    with pytest.raises(openai.APIStatusError, match="is not set") as refused:
        await rig.client().chat.completions.create(model="chat", messages=USER)
    assert refused.value.status_code == 502


async def test_a_gateway_key_in_the_text_does_not_leave(rig: Rig) -> None:
    secret = "sk-mcptui-" + "k" * 43
    await rig.client().responses.create(model="resp", input=f"my key is {secret}, is that fine?")
    assert secret.encode() not in rig.provider.asked[0].raw
    assert "my key is [removed: a key of this gateway], is that fine?" in rig.provider.asked[0].body["input"]
