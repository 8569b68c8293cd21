"""What the servers had when they were read last, so that nobody waits for them after a restart."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, Protocol

from mcptui.stores.json_file import StateFile


class CatalogueStore(Protocol):
    """One JSON object for each server, by its name; in a file across a restart."""

    def get(self, server: str) -> Mapping[str, Any] | None:
        """What was put last, from memory: it is asked for at the start of each server, which waits for nothing."""
        ...

    def put(self, server: str, catalogue: Mapping[str, Any]) -> None:
        """Keep ``catalogue``; written in the background."""
        ...

    def keep_only(self, servers: Collection[str]) -> None:
        """Forget all other servers."""
        ...

    async def close(self) -> None:
        """Write what is not written yet."""
        ...


class LocalCatalogues:
    """Catalogues of one gateway, in memory or in a file.

    Args:
        path: where they are kept; None for memory only.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._file = StateFile(path, lambda: self._catalogues)
        found = self._file.load()
        entries = found.items() if isinstance(found, dict) else ()
        self._catalogues: dict[str, Mapping[str, Any]] = {
            name: entry for name, entry in entries if isinstance(entry, dict)
        }

    def get(self, server: str) -> Mapping[str, Any] | None:
        """What was put last."""
        return self._catalogues.get(server)

    def put(self, server: str, catalogue: Mapping[str, Any]) -> None:
        """Keep ``catalogue``."""
        self._catalogues[server] = catalogue
        self._file.changed()

    def keep_only(self, servers: Collection[str]) -> None:
        """Forget all other servers."""
        gone = self._catalogues.keys() - set(servers)
        for server in gone:
            del self._catalogues[server]
        if gone:
            self._file.changed()

    async def close(self) -> None:
        """Write what is not written yet."""
        await self._file.close()
