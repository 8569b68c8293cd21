"""The lists of the servers as they were before a restart, so that nobody waits for them to be read again."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from mcptui.model import Server
from mcptui.protocol import jsonrpc
from mcptui.stores.json_file import StateFile
from mcptui.upstream.call import Peer
from mcptui.upstream.errors import public_url
from mcptui.upstream.server.lists import Lists
from mcptui.upstream.server.server import UpstreamServer

if TYPE_CHECKING:
    from mcptui.gateway.catalogue.registry import Registry

_LISTS: Final = ("tools", "prompts", "resources", "templates")


class CatalogueCache:
    """Restores servers that are described as they were, and remembers what is read of all."""

    def __init__(self, path: Path | None) -> None:
        self._file = StateFile(path, self._content)
        self._registry: Registry | None = None
        found = self._file.load()
        self._found: Mapping[str, Any] = found if isinstance(found, dict) else {}

    def follow(self, registry: Registry) -> None:
        """Remember the lists of ``registry``'s servers from now on."""
        self._registry = registry
        registry.listen(lambda server, event, params, session: self._file.changed() if event == "lists" else None)

    def restore(self, server: UpstreamServer) -> None:
        """Give a server that has not been read what was known of it, if it is the same server."""
        entry = self._found.get(server.config.name)
        if not isinstance(entry, dict) or entry.get("of") != source(server.config):
            return
        try:
            peer = Peer(**entry["peer"])
            tools, prompts, resources, templates = (tuple(entry["lists"][name]) for name in _LISTS)
            server.restore(peer, Lists(tools, prompts, resources, templates))
        except (TypeError, KeyError, AttributeError):
            return  # of another version

    def _content(self) -> dict[str, Any]:
        assert self._registry is not None
        return {
            server.config.name: {
                "of": source(server.config),
                "peer": asdict(server.peer),
                "lists": {name: getattr(server.lists, name) for name in _LISTS},
            }
            for server in self._registry.all()
            if server.peer is not None
        }

    async def close(self) -> None:
        """Write what is not written yet."""
        await self._file.close()


def source(server: Server) -> str:
    """Equal for descriptions of the same server; a digest, since arguments may hold what nobody else should see."""
    where = public_url(server.url) if server.url else None
    what = [where, server.command, list(server.args), server.cwd, server.transport, server.spec_version]
    return hashlib.sha256(jsonrpc.canonical(what)).hexdigest()
