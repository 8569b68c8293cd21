"""What every gateway of a home does in the same way."""

from __future__ import annotations

import asyncio

import pytest

from mcptui.errors import McptuiError, NotFoundError, UnreachableError
from mcptui.model.runtime import Json
from mcptui.services import ports
from tests.support.fake_gateway import STATUS, FakeGateway


class Refusing(FakeGateway):
    """Takes no answer."""

    def __init__(self, error: McptuiError) -> None:
        super().__init__()
        self._error = error

    async def answer(self, id_: Json, result: Json = None, error: Json = None) -> None:
        await super().answer(id_, result, error)
        raise self._error


async def test_a_reply_that_nobody_waits_for_any_more_is_no_error() -> None:
    gateway = Refusing(NotFoundError("the gateway does not know that (any more)"))
    await gateway.reply("ask-1", {"action": "accept"})
    await gateway.reply("ask-2", error={"code": -1})
    assert gateway.asked == [("answer", "ask-1", {"action": "accept"}, None), ("answer", "ask-2", None, {"code": -1})]


async def test_a_reply_that_does_not_arrive_is_one() -> None:
    with pytest.raises(UnreachableError):
        await Refusing(UnreachableError("the gateway does not answer")).reply("ask-1", {})


async def test_what_hangs_takes_nothing_over(monkeypatch: pytest.MonkeyPatch) -> None:
    async def hang(_: FakeGateway) -> str:
        await asyncio.Event().wait()
        return ""

    gateway = FakeGateway(running=STATUS)
    await gateway.take_over()
    monkeypatch.setattr(ports, "TAKE_OVER_SECONDS", 0.0)
    monkeypatch.setattr(FakeGateway, "reload", hang)
    with pytest.raises(McptuiError, match="does not answer"):
        await gateway.take_over()
