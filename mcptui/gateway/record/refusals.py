"""Why a request was refused, found out when somebody looks: never on the path of the request itself."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from mcptui.access.denial import Feature, denial
from mcptui.gateway.catalogue.view import View
from mcptui.gateway.catalogue.views import Catalogue
from mcptui.gateway.exchange import Exchange
from mcptui.gateway.principal import OPERATOR, Operator
from mcptui.gateway.snapshot import Snapshot


def why_refused(catalogue: Catalogue, snapshot: Snapshot, exchange: Exchange) -> dict[str, Any] | None:
    """The fields of the :class:`mcptui.access.denial.Denial`; None where nothing of that name exists, or it is allowed.

    What the client asked for is looked up in what the owner sees.
    """
    principal = exchange.principal
    if isinstance(principal, Operator):
        return None
    target = _decided(exchange) or _named(catalogue.view(snapshot, OPERATOR, exchange.scope), exchange)
    if target is None:
        target = _of_scope(snapshot, exchange)
    found = denial(snapshot.access(principal), *target) if target is not None else None
    return None if found is None else asdict(found)


def _decided(exchange: Exchange) -> tuple[Feature, str, str | None] | None:
    """What it was about, where access was lost on the way."""
    if exchange.server is None:
        return None
    name = exchange.tool or exchange.params.get("name") or exchange.params.get("uri")
    return exchange.feature or "server", exchange.server, name if isinstance(name, str) else None


def _named(view: View, exchange: Exchange) -> tuple[Feature, str, str | None] | None:
    reference = exchange.params.get("ref")
    params = reference if isinstance(reference, dict) else exchange.params
    name, uri = params.get("name"), params.get("uri")
    if isinstance(uri, str):
        owner = view.owner_of(uri)
        return None if owner is None else ("resource", owner, uri)
    if not isinstance(name, str):
        return None
    if exchange.method == "tools/call":
        tool = view.tool(name)
        return None if tool is None else ("tool", *tool)
    prompt = view.prompts.get(name)
    return None if prompt is None else ("prompt", *prompt)


def _of_scope(snapshot: Snapshot, exchange: Exchange) -> tuple[Feature, str, None] | None:
    """The first server of the scope that may not be used."""
    access = snapshot.access(exchange.principal)
    named = snapshot.servers_in(exchange.scope.names or ())
    return next((("server", name, None) for name in named if not access.allows_server(name)), None)
