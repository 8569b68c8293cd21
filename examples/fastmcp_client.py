"""List and call the tools behind the gateway with the FastMCP client.

MCPTUI_URL is the gateway's URL (http://127.0.0.1:4000), MCPTUI_KEY a key of it.
"""

from __future__ import annotations

import asyncio
import json
import os

from fastmcp import Client
from fastmcp.client.transports import StreamableHttpTransport

# Create the transport with the URL of the gateway
transport = StreamableHttpTransport(
    f"{os.environ['MCPTUI_URL']}/mcp", headers={"x-litellm-api-key": f"Bearer {os.environ['MCPTUI_KEY']}"}
)

# Initialize the client with the transport
client = Client(transport=transport)


async def main() -> None:
    print("Connecting to the gateway...")
    async with client:
        print(f"Client connected: {client.is_connected()}")
        tools = await client.list_tools()
        print(f"Available tools: {json.dumps([tool.name for tool in tools], indent=2)}")
        if tools:
            tool_name = tools[0].name
            print(f"Calling tool: {tool_name}")
            result = await client.call_tool(tool_name, arguments={})
            print(f"Tool result: {result}")


if __name__ == "__main__":
    asyncio.run(main())
