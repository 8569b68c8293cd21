"""Models: their list, Chat Completions and Responses, whole and streamed, without and with tools of the gateway."""

from __future__ import annotations

from typing import Any, Final

from tests.recorded.recorder import Client, Scenario, add
from tests.recorded.world import Refusal, Says

SCENARIOS: Final[dict[str, Scenario]] = {}
_ADD: Final = ("hs__add", '{"a": 1, "b": 2}')
_MCP: Final[dict[str, Any]] = {
    "type": "mcp", "server_label": "gw", "server_url": "mcptui", "require_approval": "never",
    "allowed_tools": ["hs__add", "hs__boom", "hs__fail", "hs__echo"],
}  # fmt: skip
_MINE: Final = {"type": "function", "name": "mine", "parameters": {"type": "object", "properties": {}}}
_MINE_CHAT: Final = {"type": "function", "function": {"name": "mine", "parameters": {"type": "object"}}}
_CHAT: Final = "/v1/chat/completions"
_RESPONSES: Final = "/v1/responses"


def _body(path: str, model: str, **more: Any) -> dict[str, Any]:
    said = {"messages": [{"role": "user", "content": "hi"}]} if path == _CHAT else {"input": "hi"}
    return {"model": model, **said, **more}


@add(SCENARIOS, "the list")
async def _(client: Client) -> None:
    for key in ("all", "no-resp", "nothing", None):
        for path in ("/v1/models", "/models", "/v1/models/chat", "/v1/models/resp", "/v1/models/vendor/slash"):
            await client.get(path, key)
    await client.get("/v1/models/none")


_ROUNDS: Final[dict[str, list[Any]]] = {
    "text": [Says("hello there")],
    "thoughts": [Says("hello", thought="hm, what")],
    "refusal": [Says(refusal="I will not")],
    "cut off": [Says("hel", cut="length")],
    "filtered": [Says("hel", cut="content_filter")],
    "nothing": [Says("")],
    "own call": [Says(calls=(("mine", "{}"),))],
    "text and calls": [Says("I call", calls=(("mine", '{"a": 1}'), ("mine", '{"a": 2}')))],
    "refused 400": [Refusal(400, "bad request")],
    "refused 401": [Refusal(401, "bad key sk-p")],
    "refused 429": [Refusal(429, "slow", {"retry-after": "60"})],
    "refused 500": [Refusal(500, "broke", {"retry-after": "60", "x-request-id": "req-provider"})],
}
for _label, _rounds in _ROUNDS.items():
    for _path, _names in ((_CHAT, ("chat",)), (_RESPONSES, ("chat", "resp"))):
        for _name in _names:

            @add(SCENARIOS, f"{_label} of {_name} by {_path}")
            async def _(client: Client, rounds: Any = _rounds, path: str = _path, name: str = _name) -> None:
                tools = [_MINE_CHAT if path == _CHAT else _MINE]
                for stream in (False, True):
                    client.world.answers(*rounds)
                    await client.model(path, _body(path, name, stream=stream, tools=tools))


_LOOPS: Final[dict[str, list[Any]]] = {
    "no call": [Says("no need")],
    "one call": [Says(calls=(_ADD,)), Says("It is 3.")],
    "two calls at once": [Says("wait", calls=(_ADD, ("hs__echo", '{"x": "y"}'))), Says("Both.")],
    "two rounds": [Says(calls=(_ADD,)), Says(calls=(("hs__echo", "{}"),)), Says("Done.")],
    "a tool's error": [Says(calls=(("hs__boom", "{}"),)), Says("It exploded.")],
    "a failed call": [Says(calls=(("hs__fail", "{}"),)), Says("It failed.")],
    "an unknown tool": [Says(calls=(("hs__none", "{}"),)), Says("There is none.")],
    "arguments that are no JSON": [Says(calls=(("hs__add", "{"),)), Says("Oh.")],
    "own call beside": [Says(calls=(_ADD, ("mine", "{}")))],
    "own call": [Says(calls=(("mine", "{}"),))],
    "thoughts": [Says(calls=(_ADD,), thought="I should add."), Says("3", thought="Done.")],
    "refused in the middle": [Says(calls=(_ADD,)), Refusal(400, "too long")],
    "cut off": [Says(calls=(_ADD,)), Says("It", cut="length")],
}
for _label, _rounds in _LOOPS.items():
    for _path, _names in ((_CHAT, ("chat",)), (_RESPONSES, ("chat", "resp"))):
        for _name in _names:

            @add(SCENARIOS, f"tools, {_label}, of {_name} by {_path}")
            async def _(client: Client, rounds: Any = _rounds, path: str = _path, name: str = _name) -> None:
                tools = [_MCP, _MINE_CHAT if path == _CHAT else _MINE]
                for stream in (False, True):
                    client.world.answers(*rounds)
                    await client.model(path, _body(path, name, stream=stream, tools=tools))


_TOOLS: Final[dict[str, Any]] = {
    "no list": {"a": 1},
    "no objects": [1],
    "no label": [{**_MCP, "server_label": None}],
    "wrong label": [{**_MCP, "server_label": "\n"}],
    "same label twice": [_MCP, _MCP],
    "wrong url": [{**_MCP, "server_url": 5}],
    "foreign url": [{**_MCP, "server_url": "https://foreign.example/mcp"}],
    "unknown server": [{**_MCP, "server_url": "mcptui/none"}],
    "server of others": [{**_MCP, "server_url": "mcptui/api"}],
    "server that is not there": [{**_MCP, "server_url": "mcptui/gone"}],
    "group": [{**_MCP, "server_url": "mcptui/@pair"}],
    "own url": [{**_MCP, "server_url": "http://localhost:4000/mcp/hs"}],
    "other's name": [{**_MCP, "server_url": "litellm_proxy/mcp/hs"}],
    "wrong headers": [{**_MCP, "headers": [1]}],
    "key in the headers": [{**_MCP, "headers": {"authorization": "Bearer sk-nothing"}}],
    "wrong key in the headers": [{**_MCP, "headers": {"x-litellm-api-key": "sk-none"}}],
    "authorization": [{**_MCP, "authorization": "sk-hs-only"}],
    "no such tools": [{**_MCP, "allowed_tools": ["none"]}],
    "wrong filter": [{**_MCP, "allowed_tools": "all"}],
    "read-only": [{**_MCP, "allowed_tools": {"read_only": True}}],
    "bare names": [{**_MCP, "allowed_tools": ["add"]}],
    "wrong approval": [{**_MCP, "require_approval": "maybe"}],
    "approval of some": [{**_MCP, "require_approval": {"never": {"tool_names": ["hs__boom"]}}}],
    "connector": [{"type": "mcp", "server_label": "c", "connector_id": "connector_x"}],
    "own function of the same name": [_MCP, {"type": "function", "name": "hs__add", "parameters": {}}],
    "scope by header": [{**_MCP, "server_url": "mcptui", "headers": {"x-mcp-servers": "hs"}}],
}
for _label, _tools in _TOOLS.items():

    @add(SCENARIOS, f"wrong or other tools: {_label}")
    async def _(client: Client, tools: Any = _tools, label: str = _label) -> None:
        key = "wide" if label == "server that is not there" else "all"
        for path, name in ((_CHAT, "chat"), (_RESPONSES, "chat"), (_RESPONSES, "resp")):
            client.world.answers(Says(calls=(_ADD,)), Says("It is 3."))
            await client.model(path, _body(path, name, tools=tools), key)


_BODIES: Final[dict[str, Any]] = {
    "no model": {"messages": []},
    "wrong model": {"model": 5},
    "unknown model": {"model": "none"},
    "nothing said": {"model": "chat"},
    "wrong stream": {"model": "chat", "stream": "yes", "messages": [], "input": []},
    "wrong messages": {"model": "chat", "messages": "hi", "input": 5},
    "array": [],
    "conversation": {"model": "chat", "input": "hi", "messages": [], "conversation": "conv_1"},
    "prompt": {"model": "chat", "input": "hi", "messages": [], "prompt": {"id": "p"}},
    "previous": {"model": "chat", "input": "hi", "messages": [], "previous_response_id": "resp_none"},
    "more choices": {"model": "chat", "messages": [{"role": "user", "content": "hi"}], "input": "hi", "n": 2},
    "limit of calls": {"model": "chat", "input": "hi", "messages": [], "tools": [_MCP], "max_tool_calls": 0},
    "choices with tools": {"model": "chat", "input": "hi", "messages": [], "tools": [_MCP], "n": 2},
    "input of a wrong kind": {"model": "chat", "messages": [{"role": 5}], "input": [{"type": "none"}]},
}
for _label, _given in _BODIES.items():

    @add(SCENARIOS, f"body: {_label}")
    async def _(client: Client, given: Any = _given) -> None:
        for path in (_CHAT, _RESPONSES, "/chat/completions", "/responses"):
            client.world.answers(Says("hello"))
            await client.model(path, given)


@add(SCENARIOS, "models that the provider calls something else")
async def _(client: Client) -> None:
    for path, name in ((_CHAT, "vendor/slash"), (_RESPONSES, "vendor/slash"), (_RESPONSES, "renamed")):
        for stream in (False, True):
            client.world.answers(Says("hello there"))
            await client.model(path, _body(path, name, stream=stream))


@add(SCENARIOS, "a model that the key may not use")
async def _(client: Client) -> None:
    for path in (_CHAT, _RESPONSES):
        await client.model(path, _body(path, "resp"), "no-resp")
        await client.model(path, _body(path, "chat"), "nothing")


@add(SCENARIOS, "options that go to the provider")
async def _(client: Client) -> None:
    options = {"temperature": 0.5, "metadata": {"a": "b"}, "user": "ann", "stream_options": {"include_usage": True}}
    for path, name in ((_CHAT, "chat"), (_RESPONSES, "resp"), (_RESPONSES, "chat")):
        for tools in ([], [_MCP]):
            client.world.answers(Says(calls=(_ADD,)) if tools else Says("hello"), Says("It is 3."))
            await client.model(path, _body(path, name, stream=True, tools=tools, **options))
