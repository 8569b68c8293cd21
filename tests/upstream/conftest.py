from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest

from mcptui.secrets.background import BackgroundStore
from mcptui.secrets.memory import MemoryStore
from mcptui.secrets.resolver import Resolver
from mcptui.upstream.connect import Tools
from mcptui.upstream.http import new_client
from mcptui.upstream.oauth.session import OAuthSessions
from mcptui.upstream.process import Reaper


@pytest.fixture
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    async with new_client() as session:
        yield session


@pytest.fixture
async def reaper() -> AsyncIterator[Reaper]:
    reaper = Reaper()
    yield reaper
    await reaper.close()


@pytest.fixture
def secrets() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def tools(client: aiohttp.ClientSession, reaper: Reaper, secrets: MemoryStore) -> Tools:
    resolve = Resolver(secrets).resolve
    return Tools(client, reaper, resolve, OAuthSessions(BackgroundStore(secrets), resolve))
