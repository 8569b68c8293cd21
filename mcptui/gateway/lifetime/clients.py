"""The clients that have something open at the gateway: who they are, and ending all of one."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator

from mcptui.gateway.lifetime.lifetimes import Lifetimes, Open
from mcptui.gateway.principal import KeyPrincipal, is_of_this_machine
from mcptui.model.runtime import ConnectedClient
from mcptui.protocol.text import one_line

_LONGEST_NAME = 80


def connected_clients(lifetimes: Lifetimes) -> list[ConnectedClient]:
    """One entry for each client with sessions, streams or calls, the newest last."""
    found: dict[str, list[Open]] = {}
    for opened in _of_clients(lifetimes):
        found.setdefault(_id_of(opened), []).append(opened)
    return [_described(id_, theirs) for id_, theirs in found.items()]


def disconnect(lifetimes: Lifetimes, id_: str) -> int:
    """End all that the client ``id_`` has open; how much that was."""
    theirs = {opened for opened in _of_clients(lifetimes) if _id_of(opened) == id_}
    return lifetimes.disconnect(lambda opened: opened in theirs)


def _of_clients(lifetimes: Lifetimes) -> Iterator[Open]:
    """What others hold open with a key: not what the app and the command line have, nor what belongs to no client."""
    return (each for each in lifetimes.open if each.kind is not None and not is_of_this_machine(each.principal))


def _id_of(opened: Open) -> str:
    """Stays the same as long as key, name and address do; a secret is in none of them."""
    who = "\n".join((opened.principal.id, *_name_and_address(opened)))
    return hashlib.sha256(who.encode("utf-8", "replace")).hexdigest()[:8]


def _name_and_address(opened: Open) -> tuple[str, str]:
    info = (opened.peer.client_info if opened.peer is not None else None) or {}
    words = " ".join(str(info[part]) for part in ("name", "version") if isinstance(info.get(part), str))
    address = opened.principal.address if isinstance(opened.principal, KeyPrincipal) else None
    return one_line(words, limit=_LONGEST_NAME), address or ""


def _described(id_: str, theirs: list[Open]) -> ConnectedClient:
    newest, to_epoch = theirs[-1], time.time() - time.monotonic()
    name, address = _name_and_address(newest)
    kinds = [each.kind for each in theirs]
    return ConnectedClient(
        id=id_,
        name=name,
        key=newest.principal.name if isinstance(newest.principal, KeyPrincipal) else "",
        address=address,
        protocol=next((each.peer.version for each in reversed(theirs) if each.peer is not None), ""),
        since=to_epoch + min(each.since for each in theirs),
        last_used=to_epoch + max(each.used for each in theirs),
        sessions=kinds.count("session"),
        streams=kinds.count("stream"),
        calls=kinds.count("call"),
    )
