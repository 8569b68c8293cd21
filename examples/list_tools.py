"""List the tools of an MCP server and offer them to a model behind the gateway, with the OpenAI SDK.

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

from mcptui.bridge import load_mcp_tools

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

        messages: Any = [{"role": "user", "content": "what's (3 + 5)"}]
        llm_response = client.chat.completions.create(
            model=os.environ.get("MODEL", "gpt-4o"), messages=messages, tools=tools
        )
        print("LLM RESPONSE: ", llm_response)


if __name__ == "__main__":
    asyncio.run(main())
