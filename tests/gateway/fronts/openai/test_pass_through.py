"""What goes to the model's provider as it is, with the official client: the provider's bytes, the gateway's keys."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import openai
import pytest

from mcptui.model import LlmModel
from tests.support.provider import Raw, Refusal
from tests.support.rig import PROVIDER_KEY, Rig

KEY = "sk-mcptui-" + "k" * 43
EMBEDDING = {"object": "embedding", "index": 0, "embedding": [0.5, 0.25]}
EMBEDDINGS = {
    "object": "list",
    "model": "upstream-model",
    "data": [EMBEDDING],
    "usage": {"prompt_tokens": 1, "total_tokens": 1},
}
SOUND = bytes(range(256)) * 5000


def answer(value: Any) -> Raw:
    return Raw(json.dumps(value).encode(), "application/json")


async def test_embeddings(rig: Rig, client_of: Any) -> None:
    rig.provider.others["POST", "/embeddings"] = answer(EMBEDDINGS)
    found = await client_of().embeddings.create(model="chat", input=f"hi {KEY}", encoding_format="float")
    assert found.data[0].embedding == [0.5, 0.25]
    (asked,) = rig.provider.asked
    assert asked.headers["authorization"] == f"Bearer {PROVIDER_KEY}"
    assert asked.body == {
        "model": "upstream-model",
        "input": "hi [removed: a key of this gateway]",
        "encoding_format": "float",
    }
    record = rig.gateway.core.recorder.recent()[-1]
    assert (record.method, record.name, record.outcome) == ("v1/embeddings", "chat", "ok")


async def test_sound_that_is_made(rig: Rig, client_of: Any) -> None:
    rig.provider.others["POST", "/audio/speech"] = Raw(SOUND, "audio/mpeg")
    made = await client_of().audio.speech.create(model="resp", voice="alloy", input="hi")
    assert made.content == SOUND
    assert made.response.headers["content-type"] == "audio/mpeg"
    async with client_of().audio.speech.with_streaming_response.create(model="resp", voice="v", input="hi") as stream:
        assert b"".join([piece async for piece in stream.iter_bytes()]) == SOUND


@pytest.mark.parametrize("size", [10, 3_000_000])
async def test_a_form_with_a_file(rig: Rig, client_of: Any, size: int) -> None:
    rig.provider.others["POST", "/audio/transcriptions"] = answer({"text": "hello"})
    sound = (SOUND * 3)[:size]
    heard = await client_of().audio.transcriptions.create(model="chat", file=("a.mp3", sound), prompt=f"x {KEY}")
    assert heard.text == "hello"
    (asked,) = rig.provider.asked
    assert sound in asked.raw
    assert b'name="model"\r\n\r\nupstream-model\r\n' in asked.raw
    assert KEY.encode() not in asked.raw
    assert asked.headers["content-length"] == str(len(asked.raw))


async def test_images(rig: Rig, client_of: Any) -> None:
    for path in ("generations", "edits"):
        rig.provider.others["POST", f"/images/{path}"] = answer({"created": 1, "data": [{"b64_json": "AA=="}]})
    client = client_of()
    made = await client.images.generate(model="resp", prompt="a cat")
    edited = await client.images.edit(model="resp", prompt="a dog", image=[("a.png", b"1"), ("b.png", b"2")])
    assert made.data[0].b64_json == edited.data[0].b64_json == "AA=="


async def test_older_completions_and_their_streams(rig: Rig, client_of: Any) -> None:
    rig.provider.others["POST", "/completions"] = Raw(
        b'data: {"id": "c", "choices": [{"text": "a"}]}\n\ndata: [DONE]\n\n'
    )
    stream = await client_of().completions.create(model="chat", prompt="hi", stream=True)
    assert [each.choices[0].text async for each in stream] == ["a"]


async def test_a_request_without_a_model_goes_to_the_only_provider(rig: Rig, client_of: Any) -> None:
    rig.provider.others["POST", "/moderations"] = answer({"id": "m", "model": "x", "results": []})
    assert (await client_of().moderations.create(input="hi")).id == "m"
    other = LlmModel(name="other", base_url="http://127.0.0.1:1/v1", model="o", api_key="sk-other")
    rig.change(models={**rig.state.models, "other": other})
    with pytest.raises(openai.BadRequestError, match=r"x-mcptui-model: chat, resp, other"):
        await client_of().moderations.create(input="hi")
    headers = {"x-mcptui-model": "chat"}
    assert (await client_of().moderations.create(input="hi", extra_headers=headers)).id == "m"
    assert (await client_of().moderations.create(input="hi", extra_query={"model": "chat"})).id == "m"
    assert {asked.path for asked in rig.provider.asked} == {"/v1/moderations"}
    with pytest.raises(openai.NotFoundError, match="does not exist or you do not have access"):
        await client_of("no-resp").moderations.create(input="hi", extra_headers={"x-mcptui-model": "resp"})


async def test_a_model_is_put_in_where_a_request_has_none(rig: Rig, client_of: Any) -> None:
    """Or the provider would take one of its own, whatever the key may use."""
    rig.provider.others["POST", "/embeddings"] = answer(EMBEDDINGS)
    rig.provider.others["POST", "/images/edits"] = answer({"created": 1, "data": []})
    rig.provider.others["POST", "/moderations"] = answer({"id": "m", "model": "x", "results": []})
    headers = {"Authorization": "Bearer sk-all"}
    url, named = f"{rig.gateway.url}/v1", {**headers, "x-mcptui-model": "chat"}
    for body in ({"input": "hi"}, {"input": "hi", "model": None}):
        assert (await rig.http.post(f"{url}/embeddings", json=body, headers=named)).status_code == 200
        assert rig.provider.asked[-1].body == {"input": "hi", "model": "upstream-model"}
    assert (await rig.http.post(f"{url}/images/edits", files={"image": b"x"}, headers=named)).status_code == 200
    assert b'name="model"\r\n\r\nupstream-model\r\n' in rig.provider.asked[-1].raw
    assert (await rig.http.post(f"{url}/moderations", json={"input": "hi"}, headers=named)).status_code == 200
    assert rig.provider.asked[-1].body == {"input": "hi"}
    found = await rig.http.post(f"{url}/embeddings", json={"input": "hi"}, headers=headers)
    assert found.status_code == 400
    assert "Say which model is meant" in found.json()["error"]["message"]
    rig.change(models={"chat": rig.state.models["chat"]})
    assert (await rig.http.post(f"{url}/embeddings", json={"input": "hi"}, headers=headers)).status_code == 200
    assert rig.provider.asked[-1].body == {"input": "hi", "model": "upstream-model"}


@pytest.mark.parametrize(
    "query",
    [f"api_key={KEY}", "api%5Fkey=sk-all", "x=sk%2Dmcptui%2D" + KEY[10:], f"{KEY}=1", "key=sk-all", "API-KEY=sk-all"],
)
async def test_no_key_of_the_gateway_leaves_in_a_query(rig: Rig, query: str) -> None:
    rig.provider.others["POST", "/embeddings"] = answer(EMBEDDINGS)
    found = await rig.http.post(
        f"{rig.gateway.url}/v1/embeddings?a=b%20c&{query}&d",
        json={"model": "chat", "input": "hi"},
        headers={"Authorization": "Bearer sk-all"},
    )
    assert found.status_code == 200
    assert rig.provider.asked[-1].path == "/v1/embeddings?a=b+c&d="


async def test_a_model_out_of_reach_does_not_exist(rig: Rig, client_of: Any) -> None:
    client = client_of("no-resp")
    with pytest.raises(openai.NotFoundError, match="The model 'resp' does not exist"):
        await client.embeddings.create(model="resp", input="hi")
    with pytest.raises(openai.NotFoundError, match="The model 'resp' does not exist"):
        await client.audio.transcriptions.create(model="resp", file=("a", b"x"))
    with pytest.raises(openai.AuthenticationError):
        await client_of("off").embeddings.create(model="chat", input="hi")
    assert not rig.provider.asked


async def test_errors_of_the_provider_stay_what_they_are(rig: Rig, client_of: Any) -> None:
    rig.provider.rounds = [Refusal(429, "slow down", {"retry-after": "7"})]
    with pytest.raises(openai.RateLimitError, match="slow down") as error:
        await client_of().embeddings.create(model="chat", input="hi")
    assert error.value.response.headers["retry-after"] == "7"


@pytest.mark.parametrize(
    ("content", "kind", "said"),
    [
        (b"{", "application/json", "not valid JSON"),
        (b"[]", "application/json", "must be a JSON object"),
        (b"x", "multipart/form-data; boundary=b", "not a form"),
        (b"", "multipart/form-data", "no boundary"),
        (
            b'--b\r\nContent-Disposition: form-data; name="model"\r\n\r\nchat',
            "multipart/form-data; boundary=b",
            "no end",
        ),
    ],
)
async def test_bodies_that_are_malformed(rig: Rig, content: bytes, kind: str, said: str) -> None:
    headers = {"Authorization": "Bearer sk-all", "Content-Type": kind}
    found = await rig.http.post(f"{rig.gateway.url}/v1/audio/translations", content=content, headers=headers)
    assert found.status_code == 400
    assert said in found.json()["error"]["message"]


async def test_bodies_are_bounded(rig: Rig, client_of: Any) -> None:
    rig.change(gateway=replace(rig.state.gateway, max_body_bytes=2048))
    client = client_of()
    for ask in (
        client.embeddings.create(model="chat", input="x" * 3000),
        client.audio.transcriptions.create(model="chat", file=("a", b"x" * 3000)),
    ):
        with pytest.raises(openai.APIStatusError) as error:
            await ask
        assert error.value.status_code == 413
    assert not rig.provider.asked
