"""Let any model of the gateway use the tools behind it, with the OpenAI SDK's Responses API.

MCPTUI_URL is the gateway's URL (http://127.0.0.1:4000), MCPTUI_KEY a key of it, MODEL one of its models.
"""

from __future__ import annotations

import os

from openai import OpenAI

url, key = os.environ["MCPTUI_URL"], os.environ["MCPTUI_KEY"]
client = OpenAI(api_key=key, base_url=f"{url}/v1")

response = client.responses.create(
    model=os.environ.get("MODEL", "gpt-4o"),
    input="what's (3 + 5)",
    tools=[
        {
            "type": "mcp",
            "server_label": "mcptui",
            "server_url": f"{url}/mcp",
            "require_approval": "never",
            "headers": {"x-litellm-api-key": f"Bearer {key}"},
        }
    ],
    tool_choice="required",
)
for item in response.output:
    if item.type == "mcp_call":
        print("TOOL:", item.name, item.arguments, "→", item.output or item.error)
print("ANSWER:", response.output_text)
