"""The way to model providers: what a model's key is, how much it takes, and by which transport."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, cast

import pytest

from mcptui.errors import McptuiError
from mcptui.gateway.models import providers as module
from mcptui.gateway.models.providers import Providers
from mcptui.gateway.models.wire_transport import WireTransport
from mcptui.model import LlmModel
from mcptui.upstream.wire.client import HttpClient


async def resolve(text: str) -> str:
    if "none" in text:
        raise McptuiError(f"{text} is not set")
    return text.replace("${secret:k}", "sk-1")


def model(**more: Any) -> LlmModel:
    return LlmModel(**{"name": "m", "base_url": "https://x/v1", "model": "big", **more})


@pytest.fixture
async def providers(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Providers]:
    monkeypatch.setattr(module, "getproxies", dict)
    found = Providers(resolve, cast(HttpClient, None))
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


async def test_a_key_that_leads_nowhere(providers: Providers) -> None:
    with pytest.raises(McptuiError, match="is not set"):
        await providers.connect(model(api_key="${secret:none}"))


async def test_all_models_share_one_pool(providers: Providers) -> None:
    one, other = await providers.connect(model()), await providers.connect(model(name="n", base_url="https://y/v1"))
    assert one._http is other._http


@pytest.mark.parametrize(
    ("proxies", "own"),
    [
        ({}, True),
        ({"no": "localhost"}, True),
        ({"ftp": "http://p"}, True),
        ({"https": "http://p"}, False),
        ({"http": "http://p"}, False),
        ({"all": "socks5://p"}, False),
    ],
)
async def test_only_where_a_proxy_is_configured_another_client_connects(
    providers: Providers, monkeypatch: pytest.MonkeyPatch, proxies: dict[str, str], own: bool
) -> None:
    import httpx2

    made: list[Any] = []

    class Client:
        def __init__(self, *, transport: Any, follow_redirects: bool, **_: Any) -> None:
            made.append((transport, follow_redirects))

        async def aclose(self) -> None:
            made.append("closed")

    monkeypatch.setattr(httpx2, "AsyncClient", Client)
    monkeypatch.setattr(module, "getproxies", lambda: proxies)
    await providers.connect(model())
    ((transport, follows),) = made
    assert isinstance(transport, WireTransport) is own
    assert follows is False
    await providers.close()
    assert made[-1] == "closed"


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
