"""Whom a request speaks for at its server."""

from __future__ import annotations

import hashlib
from typing import Any, Final

from mcptui.gateway.exchange import Exchange
from mcptui.protocol import jsonrpc
from mcptui.upstream.call import ClientBehind
from mcptui.upstream.connect import Identity
from mcptui.upstream.pool import Owner

#: The capabilities by which a client says what it can be asked for.
_ASKABLE: Final = ("sampling", "elicitation", "roots")
#: Not passed on: requests about tasks of the client cannot be.
_HERE_ONLY: Final = "tasks"


def askable(exchange: Exchange) -> dict[str, Any]:
    """What the client can be asked for."""
    return {name: exchange.capabilities[name] for name in _ASKABLE if name in exchange.capabilities}


def owner_of(exchange: Exchange) -> Owner:
    """The client's session; without one, its key and what it declares."""
    if exchange.session:
        return Owner(exchange.principal.id, exchange.session)
    capabilities = askable(exchange)
    digest = hashlib.sha256(jsonrpc.canonical(capabilities)).hexdigest()[:16] if capabilities else ""
    return Owner(exchange.principal.id, capabilities=digest)


def identity_of(exchange: Exchange) -> Identity:
    """What a server is told of the client: what itself said, never what the gateway would."""
    capabilities = {name: value for name, value in exchange.capabilities.items() if name != _HERE_ONLY}
    return Identity(
        capabilities=capabilities if exchange.session else askable(exchange),
        client_info=exchange.client_info,
        client=ClientBehind(exchange.ask_outside),
    )
