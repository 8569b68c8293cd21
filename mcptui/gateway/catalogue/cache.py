"""The lists of the servers as they were before a restart, so that nobody waits for them to be read again."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import asdict
from typing import Any

from mcptui.model import Server
from mcptui.protocol import jsonrpc
from mcptui.protocol.text import public_url
from mcptui.stores.catalogues import CatalogueStore
from mcptui.upstream.call import Peer
from mcptui.upstream.server.audience import ANYBODY, profile_of
from mcptui.upstream.server.lists import FIELDS, CacheHint, Lists, Offer, Reading
from mcptui.upstream.server.server import UpstreamServer


class CatalogueCache:
    """Restores servers that are described as they were, and remembers what is read of all."""

    def __init__(self, store: CatalogueStore) -> None:
        self._store = store

    def note(self, server: UpstreamServer) -> None:
        """Remember the lists of ``server``."""
        if server.peer is not None:
            profiles = [
                {"capabilities": profile.capabilities, "offer": None if offer is None else _encoded(offer)}
                for profile, offer in server.profiles.known()
            ]
            entry = {
                "of": source(server.config),
                "environment": environment(server.config),
                "offer": _encoded(server.offer(ANYBODY)),
                "profiles": profiles,
            }
            self._store.put(server.config.name, entry)

    def restore(self, server: UpstreamServer) -> None:
        """Give a server that has not been read what was known of it, if it is the same server.

        In another environment it may have other tools: what is known is shown, and read again.
        """
        entry = self._store.get(server.config.name)
        if entry is None or entry.get("of") != source(server.config):
            return
        try:
            offer = _decoded(entry["offer"])
            profiles = [
                (profile_of(each["capabilities"]), None if each["offer"] is None else _decoded(each["offer"]))
                for each in entry["profiles"]
            ]
        except (TypeError, KeyError, AttributeError, ValueError):
            return  # of another version
        assert offer.peer is not None
        give = server.restore if entry.get("environment") == environment(server.config) else server.show
        give(offer.peer, offer.lists)
        server.profiles.restore(profiles)

    def forget_all_but(self, servers: Collection[str]) -> None:
        """Forget the servers that are configured no more."""
        self._store.keep_only(servers)


def source(server: Server) -> str:
    """Equal for descriptions of the same server; a digest, since arguments may hold what nobody else should see."""
    where = public_url(server.url) if server.url else None
    what = [where, server.command, list(server.args), server.cwd, server.transport, server.spec_version]
    return _digest(what)


def environment(server: Server) -> str:
    """Equal for servers whose processes get the same variables; references stand for what they lead to."""
    return _digest([dict(server.env), list(server.inherit_env)])


def _digest(what: object) -> str:
    return hashlib.sha256(jsonrpc.canonical(what)).hexdigest()


def _encoded(offer: Offer) -> dict[str, Any]:
    assert offer.peer is not None
    lists = {field: offer.lists.of(kind) for kind, field in FIELDS.items()}
    readings = {
        method: (reading.remarks, reading.left_out, None if reading.hint is None else tuple(reading.hint))
        for method, reading in offer.lists.readings.items()
    }
    return {"peer": asdict(offer.peer), "lists": lists, "readings": readings}


def _decoded(entry: Any) -> Offer:
    """Inverse of :func:`_encoded`.

    Raises:
        TypeError, KeyError, AttributeError, ValueError: it is of another version.
    """
    readings = {}
    for method, (remarks, left_out, hint) in entry["readings"].items():
        readings[method] = Reading(tuple(remarks), left_out, None if hint is None else CacheHint(*hint))
    lists = {field: tuple(entry["lists"][field]) for field in FIELDS.values()}
    return Offer(Peer(**entry["peer"]), Lists(**lists, readings=readings))
