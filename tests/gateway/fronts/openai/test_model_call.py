from __future__ import annotations

import asyncio
from typing import Any

import pytest

from mcptui.errors import McptuiError
from mcptui.gateway.exchange import Exchange
from mcptui.gateway.fronts.openai.model_call import ModelCall
from mcptui.gateway.pipeline import serve
from mcptui.gateway.principal import KeyPrincipal
from mcptui.gateway.record.recorder import Recorder
from mcptui.gateway.snapshot import Snapshot
from mcptui.llm.errors import LlmError
from mcptui.protocol.errors import INTERNAL_ERROR, RpcError
from mcptui.state.loaded import Loaded
from tests.support.gateway import state


class FakeReply:
    """Remembers with what it failed."""

    def __init__(self) -> None:
        self.errors: list[McptuiError] = []

    async def fail(self, error: McptuiError) -> None:
        self.errors.append(error)


class FakeCore:
    """As much of the core as the pipeline needs."""

    def __init__(self) -> None:
        async def store(_: Any) -> None:
            pass

        self.recorder = Recorder(store)

    def internal_error(self, _: Exchange, __: Exception) -> RpcError:
        return RpcError(INTERNAL_ERROR, "Internal error of the gateway")


async def run(error: BaseException | None) -> tuple[str, str | None, list[McptuiError]]:
    """Outcome and error as they are recorded, and what the client was told."""

    async def work() -> None:
        if error is not None:
            raise error

    core, reply = FakeCore(), FakeReply()
    exchange = Exchange(
        principal=KeyPrincipal("k"),
        snapshot=Snapshot(Loaded(state(), "r")),
        era="handshake",
        version="openai",
        method="v1/responses",
        params={"name": "m"},
    )
    call = ModelCall(reply, work)  # type: ignore[arg-type]
    try:
        await serve(core, exchange, 0, call, 7, call.write)  # type: ignore[arg-type]
    except asyncio.CancelledError:
        assert isinstance(error, asyncio.CancelledError)
    (record,) = core.recorder.recent()
    assert (record.method, record.name, record.bytes_in) == ("v1/responses", "m", 7)
    return record.outcome, record.error, reply.errors


@pytest.mark.parametrize(
    ("error", "outcome", "recorded", "status"),
    [
        (None, "ok", None, None),
        (LlmError("not there", status=404), "error", "not there", 404),
        (McptuiError("no way"), "error", "no way", None),
        (ValueError("canary"), "error", "Internal error of the gateway", 500),
        (asyncio.CancelledError(), "cancelled", None, None),
    ],
)
async def test_a_request_to_a_model_is_recorded_like_any_other(
    error: BaseException | None, outcome: str, recorded: str | None, status: int | None
) -> None:
    found, message, told = await run(error)
    assert (found, message) == (outcome, recorded)
    assert [each.message for each in told] == ([] if recorded is None else [recorded])
    if status is not None:
        assert isinstance(told[0], LlmError)
        assert told[0].status == status
