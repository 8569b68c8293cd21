"""What a server and a client send arrives as it was sent: over every transport, in and between both eras.

Compared as JSON values with the order of members, so that nothing is lost, added, changed or moved.
"""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from mcptui.model import Server
from mcptui.protocol.versions import Era
from tests.support.gateway import RunningGateway, key
from tests.support.mirror import Mirror, over_http, over_sse
from tests.support.wire import Wire, WireSession

Serve = Callable[..., Awaitable[RunningGateway]]
Connect = Callable[..., Wire]
Json = Any

ODD_TEXT = (
    r'"NUL \u0000 bidi \u202e\u2066 separators \u2028\u2029 BOM \ufeff nonchar \uffff\ufdd0 escapes \\u0041 \/ \""'
)
#: Halves of pairs, as a JavaScript program sends them that has cut a text in the middle of a character.
HALVES = r'"high \ud83d low \ude00 whole \ud83d\ude00 reversed \ude00\ud83d"'
RESULT = (
    (
        '{"zeta":1,"alpha":{"b":null,"a":[null,[],{}]},'
        '"content":[{"type":"hologram","pixels":[1.5,null],"annotations":{"future":true}},'
        '{"type":"text","vendor":null,"text":ODD,"_meta":{"vendor/x":null}},{"type":"text","text":HALVES}],'
        '"structuredContent":[null,{"big":123456789012345678901234567890,"tiny":-1e-7,"float":1.0,"zero":-0.0,'
        '"":{"":null},"é":"é"}],"isError":false,"_meta":{"vendor.example/trace":{"a":null}},"contents":[],"messages":[]}'
    )
    .replace("ODD", ODD_TEXT)
    .replace("HALVES", HALVES)
)
SCHEMA = (
    '{"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"urn:x","type":"object",'
    '"$defs":{"leaf":{"$anchor":"leaf","enum":[null,1,"a"],"default":null},"unused":true},'
    '"properties":{"z":{"$ref":"#leaf"},"a":{"const":null},"m":{"$dynamicRef":"#node","definitions":{"x":false}}},'
    '"additionalProperties":false,"allOf":[{"if":{},"then":{}}],"x-vendor":null,"default":null}'
)
TOOLS = (
    (
        '{"tools":[{"vendor":null,"name":"echo","title":"T","inputSchema":SCHEMA,"outputSchema":SCHEMA,'
        '"annotations":{"readOnlyHint":true,"invented":[1]},"icons":[{"src":"data:,","sizes":["any"],"x":null}],'
        '"execution":{"taskSupport":"optional"},"_meta":{"vendor/y":null},"description":HALVES},'
        '{"name":"result","inputSchema":{"type":"object","properties":{}}},{"name":"count","inputSchema":{"type":"object"}},'
        '{"name":"long","inputSchema":{"type":"object"}},{"name":"error","inputSchema":{"type":"object"}}]}'
    )
    .replace("SCHEMA", SCHEMA)
    .replace("HALVES", HALVES)
)
PROMPTS = '{"prompts":[{"arguments":[{"name":"a","required":true,"x":1}],"name":"prompt","invented":null}]}'
RESOURCES = '{"resources":[{"uri":"mirror://a","size":1,"name":"a","invented":{"b":null},"annotations":{"x":null}}]}'
TEMPLATES = '{"resourceTemplates":[{"uriTemplate":"mirror://{x}","name":"t","invented":null}]}'
ERROR = f'{{"code":-7,"message":{ODD_TEXT},"data":{{"b":null,"a":{HALVES}}},"vendor":null}}'
LONG = '{"content":[{"type":"text","text":"' + "0123456789abcdeé" * 2**17 + '"}]}'
TEXTS = {
    "result": RESULT,
    "long": LONG,
    "error": ERROR,
    "tools/list": TOOLS,
    "prompts/list": PROMPTS,
    "resources/list": RESOURCES,
    "resources/templates/list": TEMPLATES,
}
LISTS = {
    "tools/list": TOOLS,
    "prompts/list": PROMPTS,
    "resources/list": RESOURCES,
    "resources/templates/list": TEMPLATES,
}
REQUESTS = {
    "tools/call": {"name": "result"},
    "prompts/get": {"name": "prompt"},
    "resources/read": {"uri": "mirror://a"},
}
ARGUMENTS: dict[str, Any] = {
    "z": None,
    "a": [json.loads(ODD_TEXT), json.loads(HALVES), 10**30, 1.0, -0.0, {"": None}],
    "x-y": {},
}
ECHOED: dict[str, Any] = {
    "name": "echo",
    "invented": {"b": None, "a": 1},
    "arguments": ARGUMENTS,
    "_meta": {"vendor/z": None},
}
#: What the gateway itself says in a result of the stateless era.
ENVELOPE = {"resultType", "ttlMs", "cacheScope"}
SERVER_INFO = "io.modelcontextprotocol/serverInfo"

WAYS = [
    (transport, era)
    for transport in ("http", "sse", "stdio")
    for era in ("handshake", "stateless")
    if (transport, era) != ("sse", "stateless")
]


def spelt(value: Json) -> str:
    """A text that is equal for equal values with equal order only: 1 is not 1.0, nor True."""
    return json.dumps(value)


def own(result: dict[str, Any]) -> dict[str, Any]:
    """``result`` without what the gateway adds."""
    kept = {name: value for name, value in result.items() if name not in ENVELOPE}
    if SERVER_INFO in kept.get("_meta", {}):
        del kept["_meta"][SERVER_INFO]
        if not kept["_meta"]:
            del kept["_meta"]
    return kept


@pytest.fixture(params=WAYS, ids="-".join)
async def gateway(request: pytest.FixtureRequest, serve: Serve, tmp_path: Path) -> AsyncIterator[RunningGateway]:
    """A gateway in front of a server with everything odd; no prefix, so that names stay too."""
    transport, era = request.param
    mirror = Mirror(TEXTS, era)
    async with AsyncExitStack() as stack:
        if transport == "stdio":
            file = tmp_path / "texts.json"
            file.write_text(json.dumps(TEXTS), encoding="utf-8")
            args = ("-m", "tests.support.mirror", era, str(file))
            server = Server(name="up", command=sys.executable, args=args, env=PYTHON_PATH)
        else:
            url = await stack.enter_async_context((over_sse if transport == "sse" else over_http)(mirror))
            server = Server(name="up", url=url, transport=transport)
        yield await serve(server, key("all", servers=("*",)))


PYTHON_PATH = {"PYTHONPATH": ":".join(path for path in sys.path if path)}


class Client:
    """One client of either era that sends and sees raw JSON."""

    def __init__(self, wire: Wire, session: WireSession | None) -> None:
        self._wire = wire
        self._session = session

    async def message(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        """The answer, read by a parser that keeps everything."""
        if self._session is not None:
            response = await self._session.send({"id": 1, "method": method, "params": params})
        else:
            response = await self._wire.ask(method, params)
        message: dict[str, Any] = json.loads(response.content)
        return message

    async def messages(self, method: str, params: dict[str, Any]) -> list[dict[str, Any]]:
        """Everything on the answer's stream."""
        opened = self._session.open(1, method, params) if self._session else self._wire.open(method, params)
        async with opened as reader:
            return await reader.rest()


@pytest.fixture(params=["handshake", "stateless"])
async def client(request: pytest.FixtureRequest, gateway: RunningGateway, wire: Connect) -> Client:
    era: Era = request.param
    raw = wire(gateway, path="/mcp/up")
    return Client(raw, await raw.shake_hands() if era == "handshake" else None)


async def test_everything_arrives_as_it_was_sent(client: Client) -> None:
    for method, text in LISTS.items():
        result = (await client.message(method, {}))["result"]
        assert spelt(own(result)) == spelt(json.loads(text)), method
    for method, params in REQUESTS.items():
        result = (await client.message(method, params))["result"]
        assert spelt(own(result)) == spelt(json.loads(RESULT)), method
    assert spelt((await client.message("tools/call", {"name": "error"}))["error"]) == spelt(json.loads(ERROR))
    result = (await client.message("tools/call", ECHOED))["result"]
    received = result["structuredContent"]
    meta = {name: value for name, value in received["_meta"].items() if not name.startswith("io.modelcontextprotocol/")}
    assert spelt({**received, "_meta": meta}) == spelt(ECHOED)
    result = (await client.message("tools/call", {"name": "long"}))["result"]
    assert own(result) == json.loads(LONG)


@pytest.mark.soak
async def test_ten_thousand_notifications(client: Client) -> None:
    params = {"name": "count", "arguments": {"steps": 10_000}, "_meta": {"progressToken": "tök\u0000en"}}
    *notes, last = await client.messages("tools/call", params)
    assert own(last["result"]) == {"content": []}
    expected = [{"progressToken": "tök\u0000en", "progress": step, "vendor": None} for step in range(1, 10_001)]
    assert [note["params"] for note in notes] == expected
