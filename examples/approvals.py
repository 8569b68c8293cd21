"""Agree to every tool call before it happens, with the OpenAI SDK's Responses API.

MCPTUI_URL is the gateway's URL (http://127.0.0.1:4000), MCPTUI_KEY a key of it, MODEL one of its models.
"""

from __future__ import annotations

import os

from openai import OpenAI
from openai.types.responses import ResponseInputParam
from openai.types.responses.tool_param import Mcp

client = OpenAI(api_key=os.environ["MCPTUI_KEY"], base_url=f"{os.environ['MCPTUI_URL']}/v1")
model = os.environ.get("MODEL", "gpt-4o")
tool: Mcp = {"type": "mcp", "server_label": "mcptui", "server_url": "mcptui", "require_approval": "always"}

response = client.responses.create(model=model, input="what's (3 + 5)", tools=[tool])
while asked := [item for item in response.output if item.type == "mcp_approval_request"]:
    answers: ResponseInputParam = []
    for request in asked:
        agreed = input(f"{request.name} {request.arguments}? [y/n] ") == "y"
        answers.append({"type": "mcp_approval_response", "approval_request_id": request.id, "approve": agreed})
    response = client.responses.create(model=model, previous_response_id=response.id, input=answers, tools=[tool])
print("\nANSWER:", response.output_text)
