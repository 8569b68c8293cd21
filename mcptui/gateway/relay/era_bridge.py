"""How a call crosses between the eras: four ways from a client to a server, and questions back."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from mcptui.gateway.exchange import Exchange
from mcptui.gateway.identity.client_headers import forwarded_plain
from mcptui.gateway.relay.seal import Sealer, binding
from mcptui.gateway.relay.suspended import SuspendedCall, SuspendedCalls
from mcptui.protocol.errors import INTERNAL_ERROR, URL_ELICITATION_REQUIRED, RpcError
from mcptui.protocol.questions import can_open_urls, to_handshake, url_questions
from mcptui.protocol.stateless import MAY_ASK, without_envelope
from mcptui.upstream.call import Ask, Call, Notify
from mcptui.upstream.connect import Identity
from mcptui.upstream.pool import Owner
from mcptui.upstream.server.server import UpstreamServer

#: Rounds of questions that one call may ask (the SDK's client has the same bound).
MAX_ROUNDS: Final = 10
#: The sealed state of a request that is simply to be sent again; any other is the id of a parked call.
_AGAIN: Final = "again"


@dataclass(slots=True)
class PreparedCall:
    """One request with everything that was decided about it."""

    exchange: Exchange
    server: UpstreamServer
    owner: Owner
    capabilities: dict[str, Any]
    #: The input schema of a tool whose arguments are mirrored in headers, else None.
    schema: Any

    @property
    def identity(self) -> Identity:
        """Whom a new connection speaks for: the client behind the call, never the gateway."""
        return Identity(capabilities=self.capabilities, client_info=self.exchange.client_info)

    def binding(self, params: dict[str, Any]) -> str:
        """What a sealed state of this request is bound to."""
        return binding(self.exchange.principal.id, self.server.config.name, self.exchange.method, params)


class EraBridge:
    """Sends what was decided on, and gives the result in the client's era.

    Args:
        sealer: for the states that stateless clients carry.
        parked: where calls wait whose stateless client is answering a question.
    """

    def __init__(self, sealer: Sealer, parked: SuspendedCalls) -> None:
        self._sealer = sealer
        self._parked = parked

    async def result(self, work: PreparedCall, params: dict[str, Any]) -> dict[str, Any]:
        """The result of the server, whichever era it and the client are of.

        Raises:
            RpcError: the server's own answer.
            McptuiError: there was none.
        """
        exchange = work.exchange
        started = time.perf_counter()
        era = await work.server.era_for(work.owner, work.identity)
        exchange.connect_ms = (time.perf_counter() - started) * 1000
        if exchange.era == era:
            way = self._pass_through if era == "stateless" else self._relay_questions
        elif exchange.era == "handshake":
            way = self._ask_rounds
        else:
            params = without_envelope(params)
            way = self._park if exchange.method in MAY_ASK and work.capabilities else self._relay_questions
        return await way(work, params)

    async def _call(
        self, work: PreparedCall, params: dict[str, Any], ask: Ask | None, notify: Notify | None
    ) -> dict[str, Any]:
        exchange, config = work.exchange, work.server.config
        call = Call(
            method=exchange.method,
            params=params,
            capabilities=exchange.capabilities,
            client_info=exchange.client_info,
            log_level=exchange.log_level,
            log_level_asked=exchange.log_level_asked,
            notify=notify,
            ask=ask,
            headers=forwarded_plain(config, exchange.headers) if config.forward_headers else {},
            schema=work.schema,
            timeout=config.timeout,
            longest=config.longest,
        )
        return await work.server.request(call, work.owner, work.identity)

    async def _relay_questions(self, work: PreparedCall, params: dict[str, Any]) -> dict[str, Any]:
        """Handshake on both sides, or a client that cannot be asked: questions go on as they come."""
        return await self._call(work, params, work.exchange.ask, work.exchange.notify)

    async def _pass_through(self, work: PreparedCall, params: dict[str, Any]) -> dict[str, Any]:
        """Stateless on both sides: only the state that the client carries is sealed."""
        bound = work.binding(params)
        if params.get("requestState") is not None:
            params = {**params, "requestState": self._sealer.open(params["requestState"], bound)}
        result = await self._call(work, params, None, work.exchange.notify)
        if result.get("resultType") == "input_required" and isinstance(result.get("requestState"), str):
            result = {**result, "requestState": self._sealer.seal(result["requestState"], bound)}
        return result

    async def _ask_rounds(self, work: PreparedCall, params: dict[str, Any]) -> dict[str, Any]:
        """A stateless server asks by its result: ask the session's client, and send the request again."""
        ask, name = work.exchange.ask, work.server.config.name
        for _ in range(MAX_ROUNDS):
            result = await self._call(work, params, None, work.exchange.notify)
            if result.get("resultType") != "input_required":
                return result
            if ask is None:
                raise RpcError(INTERNAL_ERROR, f"server {name} asks, but this client cannot be asked")
            params = _without_answers(params)
            params["inputResponses"] = await _answers(ask, result.get("inputRequests"))
            if isinstance(result.get("requestState"), str):
                params["requestState"] = result["requestState"]
        raise RpcError(INTERNAL_ERROR, f"server {name} asked more than {MAX_ROUNDS} times")

    async def _park(self, work: PreparedCall, params: dict[str, Any]) -> dict[str, Any]:
        """A handshake server asks a stateless client: its call stays open here until the client comes back."""
        bound = work.binding(params)
        sealed, responses = params.get("requestState"), params.get("inputResponses")
        state = _AGAIN if sealed is None else self._sealer.open(sealed, bound)
        if state != _AGAIN:
            call = self._parked.take(state)
            call.answer(responses if isinstance(responses, dict) else {})
        else:
            call = SuspendedCall(work.exchange)
            request = _without_answers(params)
            call.start(lambda ask, notify: self._call(work, request, ask, notify))
        try:
            result = None if call.open_questions else await call.proceed(work.exchange.notify)
        except RpcError as error:
            if error.code != URL_ELICITATION_REQUIRED or not can_open_urls(work.capabilities):
                raise
            # Nothing has run: the user goes to the URLs, then the client sends its request again.
            return {
                "resultType": "input_required",
                "inputRequests": url_questions(error.data),
                "requestState": self._sealer.seal(_AGAIN, bound),
            }
        if result is not None:
            return result
        self._parked.keep(call)
        return {
            "resultType": "input_required",
            "inputRequests": call.open_questions,
            "requestState": self._sealer.seal(call.id, bound),
        }


def _without_answers(params: Mapping[str, Any]) -> dict[str, Any]:
    """The request itself, without what a retry adds."""
    return {key: value for key, value in params.items() if key not in ("requestState", "inputResponses")}


async def _answers(ask: Ask, requests: Any) -> dict[str, Any]:
    """Ask the client everything that a stateless server wants to know, side by side."""
    if not isinstance(requests, dict):
        return {}

    async def one(question: Any) -> dict[str, Any]:
        if not isinstance(question, dict) or not isinstance(question.get("method"), str):
            raise RpcError(INTERNAL_ERROR, "the server asked in a malformed way")
        try:
            return await ask(question["method"], to_handshake(question["method"], question.get("params") or {}))
        except RpcError:
            if question["method"] == "elicitation/create":
                return {"action": "cancel"}
            raise

    answers = await asyncio.gather(*(one(question) for question in requests.values()))
    return dict(zip(requests, answers, strict=True))
