"""Carries a prepared call across the era bridge: finds the eras of both sides, and the rules for them."""

from __future__ import annotations

import secrets
import time
from functools import partial
from typing import Any

from mcptui.gateway.relay.era_bridge.choice import Crossing, is_suspending, rules_across, rules_within
from mcptui.gateway.relay.era_bridge.direct_call import DirectCall
from mcptui.gateway.relay.era_bridge.suspended_call import SuspendedCall
from mcptui.gateway.relay.era_bridge.suspended_questions import SuspendedQuestions, suspended_id
from mcptui.gateway.relay.owners import askable
from mcptui.gateway.relay.prepared_call import PreparedCall
from mcptui.gateway.relay.seal import RequestSeals, Sealer
from mcptui.gateway.relay.suspended import SuspendedCalls
from mcptui.protocol.versions import Era


class BridgeRunner:
    """Sends what was decided on, and gives the result in the client's era.

    Args:
        sealer: for the states that stateless clients carry.
        suspended: where calls wait whose stateless client is answering a question.
    """

    def __init__(self, sealer: Sealer, suspended: SuspendedCalls) -> None:
        self._sealer = sealer
        self._suspended = suspended

    async def result(self, prepared: PreparedCall, params: dict[str, Any]) -> dict[str, Any]:
        """The result of the server, whichever era it and the client are of.

        Raises:
            RpcError: the server's own answer.
            McptuiError: there was none.
        """
        prepared.exchange.connect_ms = 0.0
        era = prepared.server.known_era(prepared.owner) or await self._era_of(prepared)
        seals = RequestSeals(self._sealer, partial(prepared.binding, params))
        if era == prepared.exchange.era:
            rules = rules_within(era, seals)
        else:
            crossing = self._crossing(prepared)
            if is_suspending(crossing):
                return await self._suspending(prepared, params, seals)
            rules = rules_across(crossing)
        return await DirectCall(rules, prepared.exchange, prepared.send).result(params)

    @staticmethod
    async def _era_of(prepared: PreparedCall) -> Era:
        started = time.perf_counter()
        era = await prepared.server.era_for(prepared.owner, prepared.identity)
        prepared.exchange.connect_ms = (time.perf_counter() - started) * 1000
        return era

    @staticmethod
    def _crossing(prepared: PreparedCall) -> Crossing:
        exchange = prepared.exchange
        declared = askable(exchange)
        can_ask = exchange.ask is not None and bool(declared)
        return Crossing(exchange.era, prepared.server.config.name, exchange.method, declared, can_ask)

    async def _suspending(self, prepared: PreparedCall, params: dict[str, Any], seals: RequestSeals) -> dict[str, Any]:
        exchange = prepared.exchange
        id_ = suspended_id(params, seals)
        if id_ is not None:
            call = self._suspended.take(id_)
        else:
            id_ = secrets.token_urlsafe(16)
            rules = SuspendedQuestions(id_, askable(exchange), seals)
            call = SuspendedCall(id_, rules, exchange, prepared.send)
        result = await call.result(params, exchange.notify)
        if call.is_suspended:
            self._suspended.keep(call)
        return result
