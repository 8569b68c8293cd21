"""What is asked when a session opens, and what its answer says about the server."""

from __future__ import annotations

from typing import Any

import pytest

from mcptui.protocol.versions import HANDSHAKE_VERSIONS
from mcptui.upstream.dispatcher import Dispatcher
from mcptui.upstream.errors import NotMcpError
from mcptui.upstream.handshake import initialize_call, initialized, shake_hands
from mcptui.upstream.pending import Pending
from mcptui.upstream.stateless import GATEWAY_INFO


def test_the_server_sees_the_client_behind_the_session() -> None:
    call = initialize_call({"roots": {}}, {"name": "c", "version": "1"}, 5.0, ["2025-03-26"])
    assert (call.method, call.timeout) == ("initialize", 5.0)
    assert call.params == {
        "protocolVersion": "2025-03-26",
        "capabilities": {"roots": {}},
        "clientInfo": {"name": "c", "version": "1"},
    }


@pytest.mark.parametrize("info", [None, {}])
def test_without_a_client_the_gateway_asks_for_the_newest_version(info: dict[str, Any] | None) -> None:
    params = initialize_call({}, info, 5.0).params
    assert (params["clientInfo"], params["protocolVersion"]) == (GATEWAY_INFO, HANDSHAKE_VERSIONS[-1])


def test_capabilities_are_a_copy() -> None:
    capabilities: dict[str, Any] = {"roots": {}}
    call = initialize_call(capabilities, None, 5.0)
    capabilities["sampling"] = {}
    assert call.params["capabilities"] == {"roots": {}}


@pytest.mark.parametrize("version", HANDSHAKE_VERSIONS)
def test_every_version_of_the_era_is_spoken(version: str) -> None:
    peer = initialized(
        {"protocolVersion": version, "capabilities": {"tools": {}}, "serverInfo": {"name": "s"}, "instructions": "Do."}
    )
    assert (peer.era, peer.version, peer.capabilities) == ("handshake", version, {"tools": {}})
    assert (peer.server_info, peer.instructions) == ({"name": "s"}, "Do.")


@pytest.mark.parametrize("version", [None, "", "1999-01-01", "2026-07-28", 20251125, ["2025-11-25"], {}])
def test_a_version_that_is_not_spoken_here(version: object) -> None:
    with pytest.raises(NotMcpError, match="which is not known here"):
        initialized({"protocolVersion": version, "capabilities": {}})


@pytest.mark.parametrize("odd", [None, 5, "x", ["tools"]])
def test_what_is_malformed_says_nothing(odd: object) -> None:
    said: Any = {} if isinstance(odd, str) else odd
    peer = initialized({"protocolVersion": "2025-11-25", "capabilities": odd, "serverInfo": odd, "instructions": said})
    assert (peer.capabilities, peer.server_info, peer.instructions) == ({}, None, None)


async def test_the_session_is_open_once_the_server_has_answered() -> None:
    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any], pending: Pending | None) -> None:
        sent.append(message)
        if "id" in message:
            result = {"protocolVersion": "2025-11-25", "capabilities": {}}
            await dispatcher.deliver({"jsonrpc": "2.0", "id": message["id"], "result": result}, pending)

    dispatcher = Dispatcher(send, lambda *_: None)
    peer = await shake_hands(dispatcher, initialize_call({}, None, 5.0))
    assert peer.version == "2025-11-25"
    assert [message["method"] for message in sent] == ["initialize", "notifications/initialized"]


async def test_a_server_that_cannot_be_used_is_not_told_that_it_is() -> None:
    sent: list[str] = []

    async def send(message: dict[str, Any], pending: Pending | None) -> None:
        sent.append(message["method"])
        answer = {"jsonrpc": "2.0", "id": message["id"], "result": {"protocolVersion": "1999-01-01"}}
        await dispatcher.deliver(answer, pending)

    dispatcher = Dispatcher(send, lambda *_: None)
    with pytest.raises(NotMcpError):
        await shake_hands(dispatcher, initialize_call({}, None, 5.0))
    assert sent == ["initialize"]
