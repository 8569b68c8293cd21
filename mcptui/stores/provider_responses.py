"""Responses that a provider keeps by itself: whose they are, and which model's provider has them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from mcptui.stores.json_table import JsonTable

_MOST: Final = 20_000


@dataclass(frozen=True, slots=True)
class ProviderResponse:
    """A response at a provider. Nothing of what was said is kept here."""

    id: str
    principal: str
    model: str


class ProviderResponseStore(Protocol):
    """Owners of responses; in a file across a restart, since the provider keeps its part for weeks."""

    async def put(self, response: ProviderResponse) -> None:
        """Remember whose ``response`` is."""
        ...

    async def find(self, id_: str) -> ProviderResponse | None:
        """The response ``id_``, whoever's it is."""
        ...

    async def remove(self, id_: str) -> None:
        """Forget a response; nothing happens where there is none."""
        ...

    async def close(self) -> None:
        """Write what is not written yet."""
        ...


class LocalProviderResponses:
    """The responses of one gateway, in memory or in a file; above a number the oldest of who has most are forgotten.

    Args:
        path: where they are kept; None for memory only.
        most: responses that are remembered.
    """

    def __init__(self, path: Path | None = None, *, most: int = _MOST) -> None:
        self._table = JsonTable(path, ProviderResponse, lambda response: response.id, most)

    async def put(self, response: ProviderResponse) -> None:
        """Remember whose ``response`` is."""
        self._table.put(response)

    async def find(self, id_: str) -> ProviderResponse | None:
        """The response ``id_``."""
        return self._table.get(id_)

    async def remove(self, id_: str) -> None:
        """Forget a response."""
        self._table.remove(id_)

    async def close(self) -> None:
        """Write what is not written yet."""
        await self._table.close()
