"""A gateway with models and servers whose every answer is scripted, and the official client for it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import httpx2
import openai

from mcptui.model import LlmModel, Server, State
from tests.support.gateway import RunningGateway, key, running_gateway, state
from tests.support.provider import ScriptedProvider
from tests.support.strict import checking_client
from tests.support.upstream import ScriptedUpstream, text

PROVIDER_KEY: Final = "sk-provider-canary"
#: Models get nothing but tools, so that the servers are asked for nothing else.
_TOOLS: Final = {"tools": {"listChanged": True}}


@dataclass(slots=True)
class Rig:
    """A gateway with models "chat" and "resp" of one provider, servers "one" and "two", and some keys."""

    gateway: RunningGateway
    provider: ScriptedProvider
    one: ScriptedUpstream
    two: ScriptedUpstream
    http: httpx2.AsyncClient

    @property
    def state(self) -> State:
        """The state in effect."""
        return self.gateway.core.snapshot.state

    def change(self, **sections: Any) -> None:
        """Put other sections into effect."""
        self.gateway.put(replace(self.state, **sections))

    def client(self, name: str = "all", **options: Any) -> Any:
        """The official client with the key ``name``; untyped, so that tests can send what its types forbid."""
        return openai.AsyncOpenAI(
            base_url=f"{self.gateway.url}/v1",
            api_key=f"sk-{name}",
            http_client=self.http,
            max_retries=0,
            _strict_response_validation=True,
            **options,
        )


@asynccontextmanager
async def running_rig(
    provider_port: int = 0, kept: Path | None = None, beyond: Collection[str] = ()
) -> AsyncIterator[Rig]:
    """Everything, running.

    Args:
        provider_port: where the provider is, if that must be known before.
        kept: what the gateway remembers; survives it.
        beyond: members that a provider adds to those of the API.
    """

    async def add(incoming: Any) -> dict[str, Any]:
        return text(str(incoming.arguments["a"] + incoming.arguments["b"]))

    async def boom(_: Any) -> dict[str, Any]:
        return {**text("it exploded"), "isError": True}

    async def other(_: Any) -> dict[str, Any]:
        return text("from two")

    one = ScriptedUpstream(
        tools={"add": add, "boom": boom},
        definitions={"add": {"description": "Add", "annotations": {"readOnlyHint": True}}},
        capabilities=_TOOLS,
    )
    two = ScriptedUpstream(tools={"add": other, "other": other}, capabilities=_TOOLS)
    async with one, two, ScriptedProvider(port=provider_port) as provider, checking_client(beyond) as http:
        models = {
            "chat": LlmModel(
                name="chat", base_url=provider.url, model="upstream-model", api="chat", api_key=PROVIDER_KEY
            ),
            "resp": LlmModel(name="resp", base_url=provider.url, model="resp", api_key=PROVIDER_KEY),
        }
        initial = state(
            Server(name="one", url=one.url),
            Server(name="two", url=two.url),
            key("all", servers=("*",)),
            key("only-two", servers=("two",)),
            key("no-resp", servers=("*",), models=("!resp",)),
            key("off", servers=("*",), enabled=False),
            models=models,
        )
        async with running_gateway(initial, kept=kept) as gateway:
            await gateway.read()
            yield Rig(gateway, provider, one, two, http)
