"""``model_list`` of LiteLLM: which models can be reached, where, and what they cost."""

from __future__ import annotations

import json

import pytest

from mcptui.interop.dialects import LITELLM
from mcptui.interop.litellm_models import read_models
from mcptui.interop.reading import Reading
from mcptui.interop.sources import read_source
from mcptui.model import LlmModel


def read(params: object, info: object = None) -> tuple[tuple[LlmModel, ...], list[str]]:
    reading = Reading(set(), LITELLM)
    item = {"model_name": "m", "litellm_params": params, "model_info": info}
    return read_models(reading, [item]), reading.notes


@pytest.mark.parametrize(
    ("params", "where"),
    [
        ({"model": "openai/gpt-5"}, ("https://api.openai.com/v1", "gpt-5", "responses", "${env:OPENAI_API_KEY}")),
        ({"model": "o3-mini"}, ("https://api.openai.com/v1", "o3-mini", "responses", "${env:OPENAI_API_KEY}")),
        ({"model": "gpt-5", "api_key": "k"}, ("https://api.openai.com/v1", "gpt-5", "responses", "k")),
        (
            {"model": "gpt-5", "api_key": ""},
            ("https://api.openai.com/v1", "gpt-5", "responses", "${env:OPENAI_API_KEY}"),
        ),
        (
            {"model": "gpt-5", "api_base": "https://api.openai.com/v1/"},
            ("https://api.openai.com/v1/", "gpt-5", "responses", "${env:OPENAI_API_KEY}"),
        ),
        (
            {"model": "openrouter/qwen/qwen3", "api_key": "os.environ/KEY"},
            ("https://openrouter.ai/api/v1", "qwen/qwen3", "chat", "${env:KEY}"),
        ),
        ({"model": "groq/x", "api_base": "https://h/v1"}, ("https://h/v1", "x", "chat", None)),
        ({"model": "groq/x", "api_base": ""}, ("https://api.groq.com/openai/v1", "x", "chat", None)),
        ({"model": "hosted_vllm/x", "base_url": "os.environ/BASE"}, ("${env:BASE}", "x", "chat", None)),
        ({"model": "ollama/x"}, ("http://localhost:11434/v1", "x", "chat", None)),
        ({"model": "lm_studio/x", "api_base": "http://h/v1"}, ("http://h/v1", "x", "chat", None)),
    ],
)
def test_where_a_model_is(params: dict[str, str], where: tuple[str, str, str, str | None]) -> None:
    (model,), notes = read(params)
    assert (model.base_url, model.model, model.api, model.api_key) == where
    assert notes == []


@pytest.mark.parametrize(
    ("params", "note"),
    [
        ({"model": "azure/x"}, "model m: azure/x has no OpenAI-compatible endpoint that mcptui knows"),
        ({"model": "azure/x", "api_base": "https://h"}, "model m: azure/x has no OpenAI-compatible endpoint that"),
        ({"model": "hosted_vllm/x"}, "model m: hosted_vllm/x has no OpenAI-compatible endpoint that mcptui knows"),
        ({"model": "llama3"}, "model m: llama3 has no OpenAI-compatible endpoint that mcptui knows"),
        ({"model": "openai/"}, "model m: openai/ has no OpenAI-compatible endpoint that mcptui knows"),
        ({"model": 5}, "model m: nothing has no OpenAI-compatible endpoint that mcptui knows"),
        ({"model": "openai/*"}, "model m: wildcards cannot be carried over; add the models by name"),
        ({"model": "hosted_vllm/x", "api_base": "h:8000/v1"}, "model m: base_url is not a URL"),
        ({"model": "hosted_vllm/x", "api_base": "http://h/a b"}, "model m: base_url must not contain white space"),
        ("gpt-5", "model m: nothing has no OpenAI-compatible endpoint that mcptui knows"),
    ],
)
def test_what_cannot_be_reached_is_said(params: object, note: str) -> None:
    models, notes = read(params)
    assert models == ()
    assert len(notes) == 1
    assert notes[0].startswith(note)


@pytest.mark.parametrize(
    ("price", "of_a_million"),
    [
        (2.5e-6, 2.5),
        ("1e-05", 10.0),  # so YAML 1.1 reads it
        (0, 0.0),
        (1.1e-7, 0.11),
        (5, None),
        (-1e-6, None),
        ("free", None),
        (None, None),
        (float("nan"), None),
        ([], None),
    ],
)
def test_prices_are_of_a_million_tokens(price: object, of_a_million: float | None) -> None:
    (model,), _ = read({"model": "gpt-5", "input_cost_per_token": price})
    assert model.input_price == of_a_million


@pytest.mark.parametrize(("size", "kept"), [(128_000, 128_000), (0, None), (-5, None), (True, None), ("8k", None)])
def test_the_context_is_a_whole_number(size: object, kept: int | None) -> None:
    (model,), _ = read({"model": "gpt-5"}, {"max_input_tokens": size})
    assert model.context_size == kept


@pytest.mark.parametrize("items", [None, {}, "x", [5, None, "x"], []])
def test_a_list_that_is_none(items: object) -> None:
    reading = Reading(set(), LITELLM)
    assert read_models(reading, items) == ()
    assert reading.notes == []


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"model": "gpt-5"}, ("https://api.openai.com/v1", "gpt-5", "responses", "${env:OPENAI_API_KEY}")),
        ({"model": "openai/x", "api_base": "http://h/v1"}, ("http://h/v1", "x", "chat", None)),
        ({"model": "ollama/llama3", "api_base": "http://h:1/"}, ("http://h:1/v1", "llama3", "chat", None)),
        ({"model": "groq/llama"}, ("https://api.groq.com/openai/v1", "llama", "chat", None)),
        ({"model": "bedrock/x", "api_base": "http://h"}, None),
        ({"model": "hosted_vllm/x"}, None),
        ({}, None),
    ],
)
def test_models_of_litellm(params: dict[str, str], expected: tuple[str, ...] | None) -> None:
    imported = read_source(json.dumps({"model_list": [{"model_name": "m", "litellm_params": params}]}), "litellm")
    models = [(model.base_url, model.model, model.api, model.api_key) for model in imported.models]
    assert models == ([expected] if expected else [])
    assert bool(imported.notes) is not bool(expected)


def test_prices_and_context_of_litellm() -> None:
    params = {"model": "openai/gpt-4o", "input_cost_per_token": 2.5e-6, "output_cost_per_token": 0.00001}
    info = {"max_input_tokens": 128000, "cache_read_input_token_cost": 1.25e-6, "input_cost_per_token": 5}
    item = {"model_name": "m", "litellm_params": params, "model_info": info}
    (model,) = read_source(json.dumps({"model_list": [item]}), "litellm").models
    assert (model.input_price, model.output_price, model.cached_input_price) == (2.5, 10.0, 1.25)
    assert model.context_size == 128000


def test_several_deployments_of_one_model_and_bad_names() -> None:
    params = {"model": "gpt-5"}
    items = [{"model_name": name, "litellm_params": params} for name in ("m", "m", "not ok")]
    imported = read_source(json.dumps({"model_list": [*items, 5]}), "litellm")
    assert [model.name for model in imported.models] == ["m"]
    assert imported.notes[0] == "model m: only the first of several deployments is taken"
    assert imported.notes[1].startswith("model not ok: must be 1 to 64")
