"""Which way a call takes is found out, and a client that comes back finds its call."""

from __future__ import annotations

from typing import Any, cast

import pytest

from mcptui.gateway.lifetime.lifetimes import Lifetimes
from mcptui.gateway.relay.era_bridge.runner import BridgeRunner
from mcptui.gateway.relay.prepared_call import PreparedCall
from mcptui.gateway.relay.seal import Sealer
from mcptui.gateway.relay.suspended import SuspendedCalls
from mcptui.model import Key, Server, State
from mcptui.protocol.errors import RpcError
from mcptui.protocol.versions import Era
from mcptui.upstream.call import Call
from mcptui.upstream.connect import Identity
from mcptui.upstream.lease import Owner
from mcptui.upstream.server.server import UpstreamServer
from tests.support.exchanges import exchange

#: With characters that no sealed state has by chance.
STATE = "the state of the server"
META = {"io.modelcontextprotocol/protocolVersion": "2026-07-28"}


class FakeServer:
    """Answers with the params; asks once for roots, in the way of its era."""

    def __init__(self, era: Era) -> None:
        self.config = Server(name="up", url="http://up.example/mcp")
        self.era = era
        self.calls: list[dict[str, Any]] = []

    def known_era(self, owner: Owner) -> None:
        """It has to be asked."""

    async def era_for(self, owner: Owner, identity: Identity) -> Era:
        return self.era

    async def request(self, call: Call, owner: Owner, identity: Identity) -> dict[str, Any]:
        self.calls.append(call.params)
        if self.era == "handshake":
            assert call.ask is not None
            return {"said": await call.ask("roots/list", {})}
        if "inputResponses" in call.params:
            return {"said": call.params["inputResponses"]["k"], "state": call.params["requestState"]}
        question = {"k": {"method": "roots/list", "params": {}}}
        return {"resultType": "input_required", "inputRequests": question, "requestState": STATE}


class Gateway:
    """The bridge with one server behind it."""

    def __init__(self, era: Era) -> None:
        self.suspended = SuspendedCalls(Lifetimes(exchange(State(keys={"k": Key(name="k", hash="")})).snapshot))
        self.server = FakeServer(era)
        self._runner = BridgeRunner(Sealer([bytes(32)]), self.suspended)

    async def call(self, era: Era, **params: Any) -> dict[str, Any]:
        made = exchange(era=era, capabilities={"roots": {}})
        if era == "handshake":
            made.ask = self.answer
        server = cast("UpstreamServer", self.server)
        prepared = PreparedCall(made, server, None)
        result = await self._runner.result(prepared, {"name": "t", "_meta": META, **params})
        assert made.connect_ms is not None
        return result

    @staticmethod
    async def answer(method: str, params: dict[str, Any]) -> dict[str, Any]:
        return {"roots": []}


@pytest.mark.parametrize("era", ["stateless", "handshake"])
async def test_a_client_of_the_handshake_era_is_asked_in_its_call(era: Era) -> None:
    gateway = Gateway(era)
    assert (await gateway.call("handshake"))["said"] == {"roots": []}
    assert gateway.server.calls[0] == {"name": "t", "_meta": META}


@pytest.mark.parametrize(("era", "key"), [("stateless", "k"), ("handshake", "1")])
async def test_a_stateless_client_comes_back_with_its_answers(era: Era, key: str) -> None:
    gateway = Gateway(era)
    asked = await gateway.call("stateless")
    assert list(asked["inputRequests"]) == [key]
    assert STATE not in asked["requestState"]
    assert len(gateway.suspended) == (1 if era == "handshake" else 0)
    answers: dict[str, Any] = {key: {"roots": []}}
    with pytest.raises(RpcError, match="requestState"):
        await gateway.call("stateless", more=1, requestState=asked["requestState"], inputResponses=answers)
    said = await gateway.call("stateless", requestState=asked["requestState"], inputResponses=answers)
    assert said["said"] == {"roots": []}
    assert said.get("state") == (STATE if era == "stateless" else None)
    assert len(gateway.suspended) == 0
    assert len(gateway.server.calls) == (2 if era == "stateless" else 1)
    assert gateway.server.calls[0].get("_meta") == (META if era == "stateless" else None)
