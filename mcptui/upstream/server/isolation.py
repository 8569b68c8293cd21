"""Whose connection a request uses: its client session's, its key's, or everybody's."""

from __future__ import annotations

from mcptui.model.server import Isolation
from mcptui.protocol.versions import Era
from mcptui.upstream.lease import CATALOGUE, SHARED, Owner


def holder_of(owner: Owner, isolation: Isolation, era: Era | None, *, is_stdio: bool, also_handshake: bool) -> Owner:
    """The owner of the connection that a request of ``owner`` uses.

    A client session is one session at the server, as if it were connected directly; clients without a session share
    one for each key. Two keys never do, unless the operator says so.

    Args:
        owner: who asks.
        isolation: what the operator says.
        era: of the server as the gateway itself reaches it; None before it was reached.
        is_stdio: the server is a process, whose memory every request on it shares.
        also_handshake: a stateless server also takes those who shake hands.
    """
    beside = era == "stateless" and also_handshake and bool(owner.session)
    if isolation == "shared" or (era == "stateless" and not is_stdio and not beside):
        return SHARED
    if owner == CATALOGUE:
        return CATALOGUE
    if isolation == "key":
        return Owner(owner.principal, beside=beside)
    if owner.session:
        return owner._replace(beside=True) if beside else owner
    # What a client declares stands in each of its requests to a stateless server.
    return Owner(owner.principal, capabilities="" if era == "stateless" else owner.capabilities)
