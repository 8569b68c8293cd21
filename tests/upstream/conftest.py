from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from mcptui.secrets.background import BackgroundStore
from mcptui.secrets.memory import MemoryStore
from mcptui.secrets.resolver import Resolver
from mcptui.stores.locks import MemoryLocks
from mcptui.upstream.connect import ConnectionDeps
from mcptui.upstream.oauth.session import OAuthSessions
from mcptui.upstream.process import Reaper
from mcptui.upstream.wire.client import HttpClient


@pytest.fixture
async def client() -> AsyncIterator[HttpClient]:
    async with HttpClient() as session:
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
def tools(client: HttpClient, reaper: Reaper, secrets: MemoryStore) -> ConnectionDeps:
    resolve = Resolver(secrets).resolve
    return ConnectionDeps(client, reaper, resolve, OAuthSessions(BackgroundStore(secrets), resolve, MemoryLocks()))
