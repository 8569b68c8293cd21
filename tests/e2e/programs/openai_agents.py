"""openai-agents: tools that the gateway runs (/v1), and tools that the program runs over MCP (/mcp)."""

import asyncio
import json
import os

from agents import (
    Agent,
    HostedMCPTool,
    OpenAIChatCompletionsModel,
    OpenAIResponsesModel,
    Runner,
    set_tracing_disabled,
)
from agents.mcp import MCPServerStreamableHttp
from openai import AsyncOpenAI

URL, KEY, MODEL, ROUTE = (os.environ[name] for name in ("MCPTUI_URL", "MCPTUI_KEY", "MODEL", "ROUTE"))
CLIENT = AsyncOpenAI(base_url=f"{URL}/v1", api_key=KEY)
AGAIN = {"role": "user", "content": "and what was first?"}


async def approved(agent, text):
    first = await Runner.run(agent, text)
    asked = first.interruptions
    state = first.to_state()
    for each in asked:
        state.approve(each)
    second = await Runner.run(agent, state)
    return len(asked), second


async def stream(agent, text):
    result = Runner.run_streamed(agent, text)
    async for _ in result.stream_events():
        pass
    return result.final_output


async def talk(agent, careful, said):
    first = await Runner.run(agent, 'call get-sum {"a": 2, "b": 3}')
    said["call"] = first.final_output
    said["second"] = (await Runner.run(agent, [*first.to_input_list(), AGAIN])).final_output
    said["stream"] = await stream(agent, 'call get-sum {"a": 4, "b": 5}')
    said["error"] = (await Runner.run(agent, 'call get-sum {"a": "x"}')).final_output
    said["asked"], second = await approved(careful, 'call get-sum {"a": 20, "b": 3}')
    said["approved"] = second.final_output
    said["afterwards"] = (await Runner.run(careful, [*second.to_input_list(), AGAIN])).final_output
    return first


def hosted(approval):
    tool = {"type": "mcp", "server_label": "gw", "server_url": "mcptui", "require_approval": approval}
    return Agent(name="agent", model=OpenAIResponsesModel(MODEL, CLIENT), tools=[HostedMCPTool(tool_config=tool)])


async def main():
    set_tracing_disabled(disabled=True)
    said = {}
    if ROUTE == "v1":
        first = await talk(hosted("never"), hosted("always"), said)
        listed = [item.raw_item for item in first.new_items if item.type == "mcp_list_tools_item"]
        listed += [
            output for response in first.raw_responses for output in response.output if output.type == "mcp_list_tools"
        ]
        said["list"] = [tool.name for item in listed for tool in item.tools]
    else:
        kind = OpenAIChatCompletionsModel if MODEL == "chat" else OpenAIResponsesModel
        params = {"url": f"{URL}/mcp", "headers": {"Authorization": f"Bearer {KEY}"}}
        async with (
            MCPServerStreamableHttp(params) as server,
            MCPServerStreamableHttp(params, require_approval="always") as asking,
        ):
            said["list"] = [tool.name for tool in await server.list_tools()]
            agent = Agent(name="agent", model=kind(MODEL, openai_client=CLIENT), mcp_servers=[server])
            careful = Agent(name="agent", model=kind(MODEL, openai_client=CLIENT), mcp_servers=[asking])
            await talk(agent, careful, said)
    print(json.dumps(said))


asyncio.run(main())
