from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Literal

import mcp_types as types
import pytest
from mcp import Client, MCPError, StdioServerParameters

import mcptui
from mcptui.demo.server import demo_server

Mode = Literal["legacy", "auto", "2026-07-28"]
MODES: list[Mode] = ["legacy", "auto", "2026-07-28"]


async def answer(context: Any, params: types.ElicitRequestParams) -> types.ElicitResult:
    assert params.message == "How long will you stay in Lisbon?"
    return types.ElicitResult(action="accept", content={"days": 2, "season": "spring"})


def client(mode: Mode) -> Client:
    server = StdioServerParameters(
        command=sys.executable,
        args=["-m", "mcptui.demo.server"],
        cwd=Path(mcptui.__file__).parents[1],
    )
    return Client(server, mode=mode, elicitation_callback=answer, read_timeout_seconds=30)


def text_of(result: types.CallToolResult) -> str:
    (block,) = result.content
    assert isinstance(block, types.TextContent)
    return block.text


@pytest.mark.parametrize("mode", MODES)
async def test_everything_over_stdio(mode: Mode) -> None:
    seen: list[float] = []

    async def note_progress(progress: float, total: float | None, message: str | None) -> None:
        seen.append(progress)

    async with client(mode) as connected:
        assert (connected.protocol_version == "2026-07-28") is (mode != "legacy")
        listed = {tool.name: tool for tool in (await connected.list_tools()).tools}
        assert listed["calculate"].annotations is not None
        assert listed["calculate"].annotations.read_only_hint
        assert listed["book_room"].annotations is not None
        assert not listed["book_room"].annotations.read_only_hint

        assert (await connected.call_tool("calculate", {"expression": "6*7"})).structured_content == {"result": 42}
        await connected.call_tool("slow_count", {"to": 3, "seconds": 0}, progress_callback=note_progress)
        assert seen == [1, 2, 3]
        plan = await connected.call_tool("plan_trip", {"destination": "Lisbon"})
        assert text_of(plan).startswith("2 days in Lisbon, spring:")
        failed = await connected.call_tool("fail", {"message": "on purpose"})
        assert failed.is_error
        assert "on purpose" in text_of(failed)


async def test_resources_and_prompt() -> None:
    async with Client(demo_server()) as connected:
        (listed,) = (await connected.list_resources()).resources
        (template,) = (await connected.list_resource_templates()).resource_templates
        assert (str(listed.uri), template.uri_template) == ("notes://index", "notes://{note_id}")
        (content,) = (await connected.read_resource("notes://keys")).contents
        assert isinstance(content, types.TextResourceContents)
        assert content.text.startswith("# Keys, users, teams and orgs")
        (index,) = (await connected.read_resource("notes://index")).contents
        assert isinstance(index, types.TextResourceContents)
        assert '"lisbon": "Packing list for Lisbon"' in index.text
        with pytest.raises(MCPError, match="there is no note 'nope'"):
            await connected.read_resource("notes://nope")
        prompt = await connected.get_prompt("summarise", {"topic": "food"})
        assert isinstance(prompt.messages[0].content, types.TextContent)
        assert "with regard to food" in prompt.messages[0].content.text


async def test_rich_schema_takes_rich_arguments() -> None:
    async with Client(demo_server()) as connected:
        booked = await connected.call_tool(
            "book_room",
            {
                "room": "Borealis",
                "date": "2026-05-04",
                "start": "14:15",
                "organizer": {"name": "Ann", "email": None},
                "attendees": [{"name": "Bo"}],
                "equipment": ["video", "projector"],
                "repeat": {"every": "day", "until": "2026-05-08"},
            },
        )
        assert booked.structured_content is not None
        assert booked.structured_content["number"] == "B2605041415pvr"


async def test_first_tool_works_without_arguments() -> None:
    """Example programs of other projects call the first tool of the list with nothing."""
    async with Client(demo_server()) as connected:
        first = (await connected.list_tools()).tools[0]
        assert text_of(await connected.call_tool(first.name, {})) == "42"


async def test_days_given_is_not_asked_for() -> None:
    async with Client(demo_server()) as connected:
        plan = await connected.call_tool("plan_trip", {"destination": "Lisbon", "days": 1})
        assert text_of(plan).startswith("1 day in Lisbon, summer:")
