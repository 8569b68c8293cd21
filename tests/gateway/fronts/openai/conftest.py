from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx2
import openai
import pytest

from tests.support.rig import Rig, running_rig


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    async with running_rig() as rig:
        yield rig


@pytest.fixture
async def client_of(rig: Rig) -> AsyncIterator[Callable[..., Any]]:
    """The official client for a key, where the provider may answer anything."""
    async with httpx2.AsyncClient() as http:

        def client(name: str = "all") -> Any:
            url = f"{rig.gateway.url}/v1"
            return openai.AsyncOpenAI(base_url=url, api_key=f"sk-{name}", max_retries=0, http_client=http)

        yield client
