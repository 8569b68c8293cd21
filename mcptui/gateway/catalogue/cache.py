"""The lists of the servers as they were before a restart, so that nobody waits for them to be read again."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import asdict
from typing import Final

from mcptui.model import Server
from mcptui.protocol import jsonrpc
from mcptui.stores.catalogues import CatalogueStore
from mcptui.upstream.call import Peer
from mcptui.upstream.errors import public_url
from mcptui.upstream.server.lists import Lists
from mcptui.upstream.server.server import UpstreamServer

_LISTS: Final = ("tools", "prompts", "resources", "templates")


class CatalogueCache:
    """Restores servers that are described as they were, and remembers what is read of all."""

    def __init__(self, store: CatalogueStore) -> None:
        self._store = store

    def note(self, server: UpstreamServer) -> None:
        """Remember the lists of ``server``."""
        if server.peer is not None:
            lists = {name: getattr(server.lists, name) for name in _LISTS}
            entry = {"of": source(server.config), "peer": asdict(server.peer), "lists": lists}
            self._store.put(server.config.name, entry)

    def restore(self, server: UpstreamServer) -> None:
        """Give a server that has not been read what was known of it, if it is the same server."""
        entry = self._store.get(server.config.name)
        if entry is None or entry.get("of") != source(server.config):
            return
        try:
            peer = Peer(**entry["peer"])
            tools, prompts, resources, templates = (tuple(entry["lists"][name]) for name in _LISTS)
            server.restore(peer, Lists(tools, prompts, resources, templates))
        except (TypeError, KeyError, AttributeError):
            return  # of another version

    def forget_all_but(self, servers: Collection[str]) -> None:
        """Forget the servers that are configured no more."""
        self._store.keep_only(servers)


def source(server: Server) -> str:
    """Equal for descriptions of the same server; a digest, since arguments may hold what nobody else should see."""
    where = public_url(server.url) if server.url else None
    what = [where, server.command, list(server.args), server.cwd, server.transport, server.spec_version]
    return hashlib.sha256(jsonrpc.canonical(what)).hexdigest()
