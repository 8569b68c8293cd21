"""Many streams at once: nobody gets what is another's."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from tests.support.event_order import check_order
from tests.support.provider import Says
from tests.support.rig import Rig
from tests.support.upstream import text


@pytest.mark.parametrize("model", ["chat", "resp"])
async def test_fifty_streams_with_tools(rig: Rig, model: str) -> None:
    everybody = asyncio.Barrier(50)

    async def meet(incoming: Any) -> dict[str, Any]:
        await everybody.wait()
        return text(f"result {incoming.arguments['n']}")

    def script(body: Any) -> Says:
        """Call the tool with what the user said, then say what the tool said."""
        last = (body.get("input") or body["messages"])[-1]
        said = last.get("output") or last["content"]
        if last.get("type") == "function_call_output" or last.get("role") == "tool":
            return Says(f"heard {said}")
        return Says(calls=(("one__add", json.dumps({"n": said})),))

    rig.one.tools["add"] = meet
    rig.provider.script = script
    tool = {"type": "mcp", "server_label": "gw", "server_url": "mcptui", "require_approval": "never"}

    async def one(number: int) -> None:
        stream = await rig.client().responses.create(model=model, input=f"n{number}", tools=[tool], stream=True)
        response = check_order([event.model_dump(exclude_unset=True) async for event in stream])
        assert response["output"][-1]["content"][0]["text"] == f"heard result n{number}"

    async with asyncio.timeout(60):
        await asyncio.gather(*(one(number) for number in range(50)))
