"""List the tools of an MCP server, let a model behind the gateway choose one, call it, and get the final answer.

MCPTUI_URL is the gateway's URL (http://127.0.0.1:4000), MCPTUI_KEY a key of it, MODEL one of its models.
"""

from __future__ import annotations

import asyncio
import os
import sys
from typing import Any

from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client
from openai import OpenAI

from mcptui.bridge import call_openai_tool, load_mcp_tools, tool_result_message

server_params = StdioServerParameters(command=sys.executable, args=["-m", "mcptui.demo.server"])


async def main() -> None:
    async with stdio_client(server_params) as (read, write), ClientSession(read, write) as session:
        # Initialize the connection
        await session.initialize()

        # Get tools
        tools = await load_mcp_tools(session=session, format="openai")
        print("MCP TOOLS: ", tools)

        # Use the OpenAI SDK pointed to the gateway
        client = OpenAI(api_key=os.environ["MCPTUI_KEY"], base_url=os.environ["MCPTUI_URL"])
        model = os.environ.get("MODEL", "gpt-4o")

        messages: Any = [{"role": "user", "content": "what's (3 + 5)"}]
        llm_response = client.chat.completions.create(model=model, messages=messages, tools=tools)
        print("LLM RESPONSE: ", llm_response)

        # Get the first tool call
        tool_calls = llm_response.choices[0].message.tool_calls
        assert tool_calls is not None
        tool_call = tool_calls[0]

        # Call the tool using the MCP session
        call_result = await call_openai_tool(session=session, openai_tool=tool_call.model_dump())
        print("MCP TOOL CALL RESULT: ", call_result)

        # Send the tool result back to the LLM
        messages.append(llm_response.choices[0].message.model_dump())
        messages.append(tool_result_message(tool_call, call_result))

        final_response = client.chat.completions.create(model=model, messages=messages, tools=tools)
        print("FINAL RESPONSE: ", final_response.choices[0].message.content)


if __name__ == "__main__":
    asyncio.run(main())
