from __future__ import annotations

from typing import Any, cast

import pytest

from mcptui.gateway.relay.prepared_call import PreparedCall
from mcptui.model import Server
from mcptui.upstream.call import Call
from mcptui.upstream.connect import Identity
from mcptui.upstream.lease import Owner
from mcptui.upstream.server.server import UpstreamServer
from tests.support.exchanges import exchange


class FakeServer:
    """Keeps what it was sent."""

    def __init__(self, config: Server) -> None:
        self.config = config
        self.sent: list[tuple[Call, Owner, Identity]] = []

    async def request(self, call: Call, owner: Owner, identity: Identity) -> dict[str, Any]:
        self.sent.append((call, owner, identity))
        return {"content": []}


def prepared(config: Server, **more: Any) -> tuple[PreparedCall, FakeServer]:
    facts: dict[str, Any] = {
        "capabilities": {"roots": {}, "vendor": {}},
        "client_info": {"name": "c", "version": "1"},
        "log_level": "info",
        "log_level_asked": True,
        "headers": {"x-trace": ["1"], "x-other": ["2"]},
    }
    server = FakeServer(config)
    call = PreparedCall(exchange(**facts | more), cast("UpstreamServer", server), {"type": "object"})
    return call, server


async def notify(method: str, params: dict[str, Any]) -> None:
    """Nobody is told."""


async def test_the_server_hears_of_the_client_behind_the_call() -> None:
    call, server = prepared(Server(name="up", url="http://up.example/mcp", timeout=5, max_timeout=20))
    assert await call.send({"name": "t"}, None, notify) == {"content": []}
    ((sent, owner, identity),) = server.sent
    assert (sent.method, sent.params, sent.schema) == ("tools/call", {"name": "t"}, {"type": "object"})
    assert (sent.capabilities, sent.client_info) == ({"roots": {}, "vendor": {}}, {"name": "c", "version": "1"})
    assert (sent.log_level, sent.log_level_asked, sent.ask, sent.notify) == ("info", True, None, notify)
    assert (sent.timeout, sent.hard_timeout, sent.headers, sent.key) == (5, 20, {}, "key:k")
    assert (owner.principal, owner.session, identity.client_info) == ("key:k", "", {"name": "c", "version": "1"})


async def test_headers_that_the_server_is_to_get_go_with_it() -> None:
    call, server = prepared(Server(name="up", url="http://up.example/mcp", forward_headers=("x-trace",)))
    await call.send({}, None, None)
    assert server.sent[0][0].headers == {"x-trace": "1"}


@pytest.mark.parametrize("other", [{"method": "prompts/get"}])
def test_what_a_state_of_it_is_bound_to(other: dict[str, Any]) -> None:
    config = Server(name="up", url="http://up.example/mcp")
    bound = prepared(config)[0].binding({"name": "t", "requestState": "s"})
    assert bound == prepared(config)[0].binding({"name": "t"})
    assert bound != prepared(config)[0].binding({"name": "u"})
    assert bound != prepared(config, **other)[0].binding({"name": "t"})
    assert bound != prepared(Server(name="b", url="http://up.example/mcp"))[0].binding({"name": "t"})
