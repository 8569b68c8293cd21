"""Files at providers: whose they are, by the model whose provider has them and their id there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from mcptui.stores.json_table import JsonTable

_MOST: Final = 20_000


@dataclass(frozen=True, slots=True)
class ProviderFile:
    """A file at a provider. Nothing of what is in it is kept here."""

    id: str
    principal: str
    model: str


class ProviderFileStore(Protocol):
    """Owners of files; in a file across a restart, since the provider keeps its part until it is deleted."""

    async def put(self, file: ProviderFile) -> None:
        """Remember whose ``file`` is."""
        ...

    async def find(self, model: str, id_: str) -> ProviderFile | None:
        """The file ``id_`` that was sent by way of ``model``, whoever's it is."""
        ...

    async def remove(self, model: str, id_: str) -> None:
        """Forget a file; nothing happens where there is none."""
        ...

    async def close(self) -> None:
        """Write what is not written yet."""
        ...


class LocalProviderFiles:
    """The files of one gateway, in memory or in a file; above a number the oldest of who has most are forgotten.

    Args:
        path: where they are kept; None for memory only.
        most: files that are remembered.
    """

    def __init__(self, path: Path | None = None, *, most: int = _MOST) -> None:
        self._table = JsonTable(path, ProviderFile, lambda file: (file.model, file.id), most)

    async def put(self, file: ProviderFile) -> None:
        """Remember whose ``file`` is."""
        self._table.put(file)

    async def find(self, model: str, id_: str) -> ProviderFile | None:
        """The file ``id_`` that was sent by way of ``model``."""
        return self._table.get((model, id_))

    async def remove(self, model: str, id_: str) -> None:
        """Forget a file."""
        self._table.remove((model, id_))

    async def close(self) -> None:
        """Write what is not written yet."""
        await self._table.close()
