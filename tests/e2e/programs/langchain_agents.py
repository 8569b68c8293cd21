"""LangChain: tools that the gateway runs (/v1), and tools that the program runs over MCP (/mcp)."""

import asyncio
import json
import os

from langchain.agents import create_agent
from langchain.agents.middleware import HumanInTheLoopMiddleware
from langchain_core.messages import HumanMessage
from langchain_mcp_adapters.client import MultiServerMCPClient
from langchain_openai import ChatOpenAI
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.types import Command

URL, KEY, MODEL, ROUTE = (os.environ[name] for name in ("MCPTUI_URL", "MCPTUI_KEY", "MODEL", "ROUTE"))
AGAIN = HumanMessage("and what was first?")


def model(**more):
    return ChatOpenAI(model=MODEL, base_url=f"{URL}/v1", api_key=KEY, **more)


def hosted(approval):
    tool = {"type": "mcp", "server_label": "gw", "server_url": "mcptui", "require_approval": approval}
    return model(use_responses_api=True, output_version="responses/v1").bind_tools([tool])


async def by_the_gateway(said):
    free, careful = hosted("never"), hosted("always")
    wish = HumanMessage('call get-sum {"a": 2, "b": 3}')
    first = await free.ainvoke([wish])
    said["call"] = first.text
    said["list"] = [
        tool["name"] for block in first.content if block["type"] == "mcp_list_tools" for tool in block["tools"]
    ]
    said["second"] = (await free.ainvoke([wish, first, AGAIN])).text
    said["stream"] = "".join([part.text async for part in free.astream('call get-sum {"a": 4, "b": 5}')])
    said["error"] = (await free.ainvoke('call get-sum {"a": "x"}')).text
    wish = HumanMessage('call get-sum {"a": 20, "b": 3}')
    question = await careful.ainvoke([wish])
    asked = [block for block in question.content if block["type"] == "mcp_approval_request"]
    said["asked"] = len(asked)
    yes = [{"type": "mcp_approval_response", "approve": True, "approval_request_id": each["id"]} for each in asked]
    answer = await careful.ainvoke([HumanMessage(yes)], previous_response_id=question.response_metadata["id"])
    said["approved"] = answer.text
    going = {"previous_response_id": answer.response_metadata["id"]}
    said["afterwards"] = (await careful.ainvoke([AGAIN], **going)).text


async def by_the_program(said):
    server = {"transport": "http", "url": f"{URL}/mcp", "headers": {"Authorization": f"Bearer {KEY}"}}
    tools = await MultiServerMCPClient({"gw": server}, handle_tool_errors=True).get_tools()
    said["list"] = [tool.name for tool in tools]
    chat = model(use_responses_api=MODEL == "responses")
    agent = create_agent(chat, tools)
    first = await agent.ainvoke({"messages": [HumanMessage('call get-sum {"a": 2, "b": 3}')]})
    said["call"] = first["messages"][-1].text
    said["second"] = (await agent.ainvoke({"messages": [*first["messages"], AGAIN]}))["messages"][-1].text
    parts = []
    async for part, _ in agent.astream(
        {"messages": [HumanMessage('call get-sum {"a": 4, "b": 5}')]}, stream_mode="messages"
    ):
        parts.append(part.text)
    said["stream"] = "".join(parts)
    wrong = await agent.ainvoke({"messages": [HumanMessage('call get-sum {"a": "x"}')]})
    said["error"] = wrong["messages"][-1].text
    asking = HumanInTheLoopMiddleware(interrupt_on={tool.name: True for tool in tools})
    careful = create_agent(chat, tools, middleware=[asking], checkpointer=InMemorySaver())
    config = {"configurable": {"thread_id": "1"}}
    wish = {"messages": [HumanMessage('call get-sum {"a": 20, "b": 3}')]}
    question = await careful.ainvoke(wish, config)
    said["asked"] = len(question["__interrupt__"][0].value["action_requests"])
    answer = await careful.ainvoke(Command(resume={"decisions": [{"type": "approve"}]}), config)
    said["approved"] = answer["messages"][-1].text
    said["afterwards"] = (await careful.ainvoke({"messages": [AGAIN]}, config))["messages"][-1].text


async def main():
    said = {}
    await (by_the_gateway if ROUTE == "v1" else by_the_program)(said)
    print(json.dumps(said))


asyncio.run(main())
