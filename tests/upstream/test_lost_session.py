"""Whether a request was read that a server refuses in words of a lost session."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from mcptui.protocol import jsonrpc
from mcptui.protocol.errors import METHOD_NOT_FOUND, RpcError
from mcptui.protocol.jsonrpc import Message
from mcptui.upstream.call import Call
from mcptui.upstream.dispatcher import Dispatcher
from mcptui.upstream.errors import NotReadError, UpstreamError
from mcptui.upstream.lost_session import is_lost
from mcptui.upstream.pending import Pending
from mcptui.upstream.refusal import Refusal


def refusal(id_: int | None, *, code: int = -32000, message: str = "Session expired", status: int = 400) -> Refusal:
    body = {"jsonrpc": "2.0", "id": id_, "error": {"code": code, "message": message}}
    return Refusal(status, json.dumps(body).encode())


class Peer:
    """Answers a ping, in its own way."""

    def __init__(self, answer: Callable[[Message], Message]) -> None:
        self._answer = answer
        self.asked: list[str] = []
        self.dispatcher = Dispatcher(self._send, lambda *_: None)

    async def _send(self, message: Message, pending: Pending | None) -> None:
        self.asked.append(message["method"])
        await self.dispatcher.deliver(self._answer(message), pending)


def answers(message: Message) -> Message:
    return jsonrpc.result(message["id"], {})


def knows_no_ping(message: Message) -> Message:
    return jsonrpc.error(message["id"], RpcError(METHOD_NOT_FOUND, "Method not found"))


def has_no_session(_: Message) -> Message:
    raise NotReadError("the session is gone")


def breaks(_: Message) -> Message:
    raise UpstreamError("the connection broke", ran=True)


@pytest.mark.parametrize(
    ("answer", "lost"), [(answers, False), (knows_no_ping, False), (breaks, False), (has_no_session, True)]
)
async def test_an_error_under_the_id_of_a_call_is_that_of_a_tool_where_the_session_lives(
    answer: Callable[[Message], Message], lost: bool
) -> None:
    peer = Peer(answer)
    pending = Pending(7, Call(method="tools/call", params={}, timeout=5.0))
    assert await is_lost(refusal(7), pending, "s", peer.dispatcher) is lost
    assert peer.asked == ["ping"]


@pytest.mark.parametrize(
    ("method", "refused", "lost"),
    [
        ("tools/call", refusal(None), True),
        ("tools/call", Refusal(404, b""), True),
        ("tools/call", refusal(7, code=-32602), False),
        ("tools/call", refusal(7, message="no such file"), False),
        ("tools/call", refusal(7, status=200), False),
        ("ping", refusal(7), True),
        ("initialize", refusal(7), True),
    ],
)
async def test_the_session_is_asked_only_in_doubt(method: str, refused: Refusal, lost: bool) -> None:
    peer = Peer(answers)
    params: dict[str, Any] = {}
    pending = Pending(7, Call(method=method, params=params, timeout=5.0))
    assert await is_lost(refused, pending, "s", peer.dispatcher) is lost
    assert peer.asked == []
