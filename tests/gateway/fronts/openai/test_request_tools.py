"""Whose every tool of a request is; lists and calls of ours are tested with their source."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest

from mcptui.gateway.core import Core
from mcptui.gateway.fronts.openai.request import ModelRequest
from mcptui.gateway.fronts.openai.request_tools import RequestTools, _for_servers, sort_tools
from mcptui.gateway.identity.authenticate import AuthError
from mcptui.gateway.principal import KeyPrincipal
from mcptui.gateway.snapshot import Snapshot
from mcptui.llm.errors import LlmError
from mcptui.model import LlmModel
from mcptui.state.loaded import Loaded
from tests.support.gateway import key, state

KEY = "sk-k"
FOREIGN: dict[str, Any] = {"type": "mcp", "server_label": "f", "server_url": "https://foreign.example/mcp"}
FUNCTION: dict[str, Any] = {"type": "function", "name": "own", "parameters": {}}


def core() -> Core:
    async def admit(*_: Any) -> KeyPrincipal:
        raise AuthError("unknown", "no such key")

    return cast("Core", SimpleNamespace(snapshot=Snapshot(Loaded(state(key("k")), "r")), admit=admit))


def request(*tools: Any, api: Any = "responses", **headers: str) -> ModelRequest:
    model = LlmModel(name="m", base_url="https://x/v1", model="m", api=api)
    given = {name.replace("_", "-"): [value] for name, value in headers.items()}
    return ModelRequest(KeyPrincipal("k"), given, model, b"", {"tools": list(tools)})


@pytest.mark.parametrize("tools", [5, {}, "x", [5], [None], [FUNCTION, []]])
async def test_tools_that_are_no_list_of_objects_are_refused(tools: Any) -> None:
    asked = request()
    asked.body["tools"] = tools
    with pytest.raises(LlmError, match="list of objects"):
        await sort_tools(core(), asked)


async def test_no_tools_are_none() -> None:
    bodies: list[dict[str, Any]] = [{}, {"tools": None}, {"tools": []}]
    for body in bodies:
        found = await sort_tools(core(), replace(request(), body=body))
        assert (found.ours, found.others, found.labels) == ([], [], frozenset())


async def test_functions_and_foreign_servers_go_to_the_provider_as_they_are() -> None:
    found = await sort_tools(core(), request(FUNCTION, FOREIGN))
    assert (found.ours, found.others) == ([], [FUNCTION, FOREIGN])


@pytest.mark.parametrize(
    "entry",
    [
        FOREIGN | {"authorization": KEY},
        FOREIGN | {"authorization": f"Bearer {KEY}"},
        FOREIGN | {"headers": {"Authorization": f"bearer {KEY}", "X-Plain": "seen"}},
        FOREIGN | {"headers": {"X-Anything": KEY, "X-Plain": "seen"}},
        FOREIGN | {"headers": {"x-mcptui-key": "sk-of-nobody", "X-Plain": "seen"}},
        # What the request itself showed is no gift for others either.
        FOREIGN | {"headers": {"X-Own": "sent-with-the-request", "X-Plain": "seen"}},
    ],
)
async def test_no_key_of_this_gateway_goes_to_a_foreign_server(entry: dict[str, Any]) -> None:
    found = await sort_tools(core(), request(entry, authorization="Bearer sent-with-the-request"))
    (kept,) = found.others
    assert KEY not in repr(kept)
    assert "sk-of-nobody" not in repr(kept)
    assert "sent-with-the-request" not in repr(kept)
    assert "headers" not in entry or kept["headers"] == {"X-Plain": "seen"}
    assert entry != kept


async def test_a_foreign_server_keeps_its_own_credentials() -> None:
    entry = FOREIGN | {"authorization": "its-own", "headers": {"X-Api-Key": "its-other"}}
    found = await sort_tools(core(), request(entry))
    assert found.others == [entry]


async def test_a_model_that_speaks_no_mcp_cannot_use_a_foreign_server() -> None:
    with pytest.raises(LlmError, match="does not speak MCP itself"):
        await sort_tools(core(), request(FOREIGN, api="chat"))


@pytest.mark.parametrize(
    ("tool", "names"),
    [
        ({"type": "function", "name": "a"}, {"a"}),
        ({"type": "function", "function": {"name": "b"}}, {"b"}),
        ({"type": "custom", "custom": {"name": "c"}}, {"c"}),
        ({"type": "function", "function": 5, "name": 6}, set()),
        ({"type": "web_search"}, set()),
    ],
)
def test_names_of_the_client_s_own_functions(tool: dict[str, Any], names: set[str]) -> None:
    assert RequestTools(others=[tool]).function_names == names


@pytest.mark.parametrize(
    ("sent", "tool", "registered", "passed"),
    [
        # Credentials for servers come with the request or the tool; the tool's count.
        ({"x-mcp-auth": ["r"]}, {}, None, {"x-mcp-auth": ["r"]}),
        ({"x-mcp-auth": ["r"]}, {"x-mcp-auth": ["t"]}, None, {"x-mcp-auth": ["t"]}),
        ({"accept": ["x"], "authorization": ["Bearer k"]}, {}, None, {}),
        # Which servers are meant is decided before.
        ({"x-mcp-servers": ["a"]}, {"x-mcp-servers": ["b"]}, None, {}),
        # Authorization of the tool is a key, unless another header is, or the URL is a server's own.
        ({}, {"authorization": ["Bearer k"]}, None, {}),
        ({}, {"authorization": ["Bearer s"], "x-litellm-api-key": ["k"]}, None, {"authorization": ["Bearer s"]}),
        ({}, {"authorization": ["Bearer s"]}, "one", {"x-mcp-one-authorization": ["Bearer s"]}),
        (
            {},
            {"authorization": ["Bearer s"], "x-mcp-one-authorization": ["said"]},
            "one",
            {"x-mcp-one-authorization": ["said"]},
        ),
    ],
)
def test_what_may_be_addressed_to_servers(
    sent: dict[str, list[str]], tool: dict[str, list[str]], registered: str | None, passed: dict[str, list[str]]
) -> None:
    assert _for_servers(sent, tool, registered) == passed
