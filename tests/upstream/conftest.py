from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Iterator

import pytest

from mcptui.secrets.background import BackgroundStore
from mcptui.secrets.memory import MemoryStore
from mcptui.secrets.resolver import Resolver
from mcptui.stores.locks import MemoryLocks
from mcptui.upstream.connect import ConnectionDeps
from mcptui.upstream.network import Networks
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
def tools(reaper: Reaper, secrets: MemoryStore) -> Iterator[ConnectionDeps]:
    resolve = Resolver(secrets).resolve
    with contextlib.closing(Networks({})) as networks:
        sessions = OAuthSessions(BackgroundStore(secrets), resolve, MemoryLocks(), networks)
        yield ConnectionDeps(networks, reaper, resolve, sessions)
