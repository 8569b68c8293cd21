"""A secret store for code that must not block."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mcptui.secrets.store import SecretStore


class BackgroundStore:
    """The methods of ``store``, each in a thread; a keyring may take a second, or hang."""

    def __init__(self, store: SecretStore) -> None:
        self._store = store

    async def get(self, path: str) -> str | None:
        """The secret at ``path``."""
        return await asyncio.to_thread(self._store.get, path)

    async def set(self, path: str, value: str) -> None:
        """Keep a secret."""
        await asyncio.to_thread(self._store.set, path, value)

    async def delete(self, path: str) -> None:
        """Forget a secret."""
        await asyncio.to_thread(self._store.delete, path)
