"""The way to model providers: what a model's key is, how much it takes, and by which connections."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from typing import Any

import pytest

from mcptui.errors import McptuiError
from mcptui.gateway.models import providers as providers_module
from mcptui.gateway.models.providers import Providers
from mcptui.llm.errors import LlmError
from mcptui.model import LlmModel
from mcptui.upstream.network import Networks


async def resolve(text: str) -> str:
    if "none" in text:
        raise McptuiError(f"{text} is not set")
    return text.replace("${secret:k}", "sk-1")


def model(**more: Any) -> LlmModel:
    return LlmModel(**{"name": "m", "base_url": "https://x/v1", "model": "big", **more})


@pytest.fixture
async def providers() -> AsyncIterator[Providers]:
    with contextlib.closing(Networks({})) as networks:
        found = Providers(resolve, networks)
        yield found
        await found.close()


@pytest.mark.parametrize(("written", "key"), [(None, None), ("", None), ("plain", "plain"), ("${secret:k}", "sk-1")])
async def test_the_key_of_a_model_is_resolved_when_it_is_used(
    providers: Providers, written: str | None, key: str | None
) -> None:
    connection = await providers.connect(model(api_key=written))
    assert connection.model.api_key == written
    assert connection._api_key == key
    assert "sk-1" not in repr(connection.model)


async def test_a_password_in_its_address_is_resolved_and_not_told(providers: Providers) -> None:
    connection = await providers.connect(model(base_url="http://me:${secret:k}@127.0.0.1:1/v1/"))
    with pytest.raises(LlmError) as caught:
        await connection.send("GET", "/models", None)
    assert "of m at http://127.0.0.1:1/v1: " in caught.value.message
    assert "sk-1" not in f"{caught.value!r} {connection.model!r}"


async def test_a_key_that_leads_nowhere(providers: Providers) -> None:
    with pytest.raises(McptuiError, match="is not set"):
        await providers.connect(model(api_key="${secret:none}"))


async def test_all_models_share_one_pool(providers: Providers) -> None:
    one, other = await providers.connect(model()), await providers.connect(model(name="n", base_url="https://y/v1"))
    assert one._http is other._http


async def test_a_model_with_settings_of_its_own_has_its_own_connections(providers: Providers) -> None:
    plain = await providers.connect(model())
    other = await providers.connect(model(proxy="http://p:1", verify_tls=False))
    assert other._http is not plain._http
    assert (await providers.connect(model(name="n", proxy="http://p:1", verify_tls=False)))._http is other._http


async def test_clients_of_settings_that_were_are_not_kept(
    providers: Providers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(providers_module, "MAX_CLIENTS", 2)
    plain = (await providers.connect(model()))._http
    for port in range(1, 5):
        await providers.connect(model(proxy=f"http://p:{port}"))
        assert (await providers.connect(model()))._http is plain
    assert len(providers._https) == 2


async def test_a_reference_in_its_network_that_leads_nowhere(providers: Providers) -> None:
    with pytest.raises(McptuiError, match="is not set"):
        await providers.connect(model(proxy="http://me:${secret:none}@p:1"))


async def test_how_much_a_model_takes_is_learnt_where_its_entry_does_not_say(providers: Providers) -> None:
    assert providers.context_size(model()) is None
    providers.learn_context_size(model(), 8192)
    assert providers.context_size(model()) == 8192
    # By provider and its name there, whatever it is called here.
    assert providers.context_size(model(name="other")) == 8192
    assert providers.context_size(model(model="small")) is None
    assert providers.context_size(model(base_url="https://y/v1")) is None
    # What a person has entered counts.
    assert providers.context_size(model(context_size=4096)) == 4096


async def test_closing_before_anything_was_opened(providers: Providers) -> None:
    await providers.close()
