"""Whom a request speaks for at its server."""

from __future__ import annotations

from typing import Any, Final

from mcptui.gateway.exchange import Exchange
from mcptui.upstream.call import ClientBehind
from mcptui.upstream.connect import Identity
from mcptui.upstream.lease import Owner

#: The capabilities by which a client says what it can be asked for.
_ASKABLE: Final = ("sampling", "elicitation", "roots")


def askable(exchange: Exchange) -> dict[str, Any]:
    """What the client can be asked for."""
    return {name: exchange.capabilities[name] for name in _ASKABLE if name in exchange.capabilities}


def owner_of(exchange: Exchange) -> Owner:
    """The client's session; without one, its key and what it declares."""
    if exchange.session:
        return Owner(exchange.principal.id, exchange.session)
    return Owner(exchange.principal.id, capabilities=exchange.audience.profile.digest)


def identity_of(exchange: Exchange) -> Identity:
    """What a server is told of the client: what itself said, never what the gateway would."""
    return Identity(
        capabilities=exchange.declared,
        client_info=exchange.client_info,
        client=ClientBehind(exchange.ask_outside),
    )
