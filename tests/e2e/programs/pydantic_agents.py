"""pydantic-ai: tools that the gateway runs (/v1), and tools that the program runs over MCP (/mcp)."""

import asyncio
import json
import os

from openai import AsyncOpenAI
from pydantic_ai import Agent, DeferredToolRequests, DeferredToolResults, MCPServerTool
from pydantic_ai.capabilities import NativeTool
from pydantic_ai.mcp import MCPToolset
from pydantic_ai.models.openai import OpenAIChatModel, OpenAIResponsesModel
from pydantic_ai.providers.openai import OpenAIProvider

URL, KEY, MODEL, ROUTE = (os.environ[name] for name in ("MCPTUI_URL", "MCPTUI_KEY", "MODEL", "ROUTE"))
PROVIDER = OpenAIProvider(openai_client=AsyncOpenAI(base_url=f"{URL}/v1", api_key=KEY))


async def main():
    said = {}
    if ROUTE == "v1":
        # It says that a provider's tools need no approval, and reads no question about one.
        tool = MCPServerTool(id="gw", url=f"{URL}/mcp", authorization_token=KEY)
        agent = Agent(OpenAIResponsesModel(MODEL, provider=PROVIDER), capabilities=[NativeTool(tool)])
    else:
        kind = OpenAIChatModel if MODEL == "chat" else OpenAIResponsesModel
        server = MCPToolset(f"{URL}/mcp", headers={"Authorization": f"Bearer {KEY}"})
        async with server:
            said["list"] = [tool.name for tool in await server.list_tools()]
        agent = Agent(kind(MODEL, provider=PROVIDER), toolsets=[server])
        careful = Agent(
            kind(MODEL, provider=PROVIDER),
            toolsets=[server.approval_required()],
            output_type=[str, DeferredToolRequests],
        )
    first = await agent.run('call get-sum {"a": 2, "b": 3}')
    said["call"] = first.output
    said["second"] = (await agent.run("and what was first?", message_history=first.all_messages())).output
    async with agent.run_stream('call get-sum {"a": 4, "b": 5}') as stream:
        said["stream"] = await stream.get_output()
    said["error"] = (await agent.run('call get-sum {"a": "x"}')).output
    if ROUTE == "mcp":
        question = await careful.run('call get-sum {"a": 20, "b": 3}')
        asked = question.output.approvals
        said["asked"] = len(asked)
        answers = DeferredToolResults(approvals={call.tool_call_id: True for call in asked})
        answer = await careful.run(message_history=question.all_messages(), deferred_tool_results=answers)
        said["approved"] = answer.output
        said["afterwards"] = (await careful.run("and what was first?", message_history=answer.all_messages())).output
    else:
        said["list"] = [
            tool["name"]
            for message in first.all_messages()
            for part in message.parts
            if "return" in part.part_kind and isinstance(part.content, dict)
            for tool in part.content.get("tools", ())
        ]
    print(json.dumps(said))


asyncio.run(main())
