"""Sending a recorded call again."""

from __future__ import annotations

from collections.abc import Callable

from mcptui.model.runtime import CallRecord, JsonObject
from mcptui.protocol.text import one_line
from mcptui.services.calls import params_again
from mcptui.services.ports import GatewayPort


async def replay(
    gateway: GatewayPort, record: CallRecord, key: str | None, on_ask: Callable[[JsonObject], object]
) -> str:
    """Send ``record`` again as ``key`` (None: the owner); how it went, in words.

    Raises:
        RefusedError: the arguments were not kept as they were sent.
        UnreachableError: the gateway does not answer.
    """
    params = params_again(record, await gateway.listed(None))
    who = "owner" if key is None else f"key {key}"
    outcome = "the connection closed before a response"
    async for event in gateway.call(record.method, params, key=key):
        if event.type == "ask":
            on_ask(event.value)
        elif event.type == "error":
            outcome = f"✗ {one_line(str(event.value.get('message')), limit=200)}"
        elif event.type == "result":
            failed = event.value.get("isError") is True
            same = "identical response" if event.value == record.result else "different response"
            outcome = f"{'▲ tool error' if failed else '✓ ok'}, {same}"
    return f"Replayed as {who}: {outcome}"
