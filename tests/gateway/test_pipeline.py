"""Every way in which a request can end becomes one answer and one record."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from mcptui.gateway.core import Core
from mcptui.gateway.exchange import Exchange
from mcptui.gateway.pipeline import Answered, execute, serve
from mcptui.gateway.principal import OPERATOR
from mcptui.protocol.errors import INTERNAL_ERROR, RpcError, unknown_tool
from tests.support.gateway import RunningGateway, running_gateway, state


def exchange(core: Core, method: str = "tools/call", **params: Any) -> Exchange:
    return Exchange(
        principal=OPERATOR,
        snapshot=core.snapshot,
        era="handshake",
        version="2025-11-25",
        method=method,
        params=params,
    )


class Scripted:
    """A front that answers as a test says, and remembers what was written."""

    def __init__(self, answer: Answered | Exception | None) -> None:
        self._answer = answer
        self.written: list[Answered] = []

    async def run(self, _: Exchange, __: object) -> Answered | None:
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer

    def failed(self, _: Exchange, __: object, error: RpcError) -> Answered:
        return Answered((b"failed",), fault=error)

    async def write(self, answered: Answered) -> None:
        self.written.append(answered)


async def recorded(gateway: RunningGateway) -> list[tuple[str, int, int, str | None]]:
    await gateway.core.recorder.flush()
    return [(record.outcome, record.bytes_in, record.bytes_out, record.error) for record in gateway.records]


@pytest.mark.parametrize(
    ("answer", "record"),
    [
        (Answered((b"ab", b"c"), {"content": []}), ("ok", 7, 3, None)),
        (Answered((b"ab",), {"isError": True}), ("tool_error", 7, 2, None)),
        (unknown_tool("x"), ("denied", 7, 6, "Unknown tool: x")),
        (ZeroDivisionError(), ("error", 7, 6, "Internal error of the gateway")),
    ],
    ids=["result", "error of a tool", "refused", "mistake of ours"],
)
async def test_an_end_is_written_and_then_recorded(
    answer: Answered | Exception, record: tuple[str, int, int, str | None]
) -> None:
    async with running_gateway(state()) as gateway:
        form = Scripted(answer)
        answered = await serve(gateway.core, exchange(gateway.core), 1, form, 7, form.write)
        assert form.written == [answered]
        assert await recorded(gateway) == [record]


async def test_a_mistake_of_ours_says_nothing_of_itself() -> None:
    async with running_gateway(state()) as gateway:
        answered = await serve(gateway.core, exchange(gateway.core), 1, Scripted(ValueError("sk-secret")), 7)
    assert answered is not None
    assert answered.fault is not None
    assert answered.fault.code == INTERNAL_ERROR
    assert "sk-secret" not in str(answered.fault.to_wire())


async def test_what_has_answered_by_itself_is_not_recorded() -> None:
    async with running_gateway(state()) as gateway:
        form = Scripted(None)
        assert await serve(gateway.core, exchange(gateway.core), 1, form, 7, form.write) is None
        assert form.written == []
        assert await recorded(gateway) == []


async def test_a_client_that_goes_while_it_is_answered_has_cancelled() -> None:
    async def gone(_: Answered) -> None:
        raise asyncio.CancelledError

    async with running_gateway(state()) as gateway:
        with pytest.raises(asyncio.CancelledError):
            await serve(gateway.core, exchange(gateway.core), 1, Scripted(Answered((b"ab",), {})), 7, gone)
        assert await recorded(gateway) == [("cancelled", 7, 0, None)]


async def test_what_the_gateway_asks_itself_is_recorded_as_every_call_is() -> None:
    async with running_gateway(state()) as gateway:
        assert await execute(gateway.core, exchange(gateway.core, "tools/list")) == {"tools": []}
        with pytest.raises(RpcError, match="Unknown tool: x"):
            await execute(gateway.core, exchange(gateway.core, name="x"))
        assert await recorded(gateway) == [("ok", 2, 12, None), ("denied", 12, 0, "Unknown tool: x")]
