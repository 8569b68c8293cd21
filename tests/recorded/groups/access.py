"""Who may come in and what they may use: keys, scopes, credentials for servers, and servers that fail."""

from __future__ import annotations

from typing import Any, Final

from tests.recorded.groups.common import call
from tests.recorded.recorder import Client, Scenario, add

SCENARIOS: Final[dict[str, Scenario]] = {}
_FORMS: Final[dict[str, dict[str, Any]]] = {
    "none": {"authorization": None},
    "empty": {"authorization": ""},
    "basic": {"authorization": "Basic c2s6"},
    "bare": {"authorization": "sk-all"},
    "bearer without a key": {"authorization": "Bearer"},
    "bearer with a space": {"authorization": "Bearer "},
    "lower case": {"authorization": "bearer sk-all"},
    "spaces": {"authorization": "Bearer   sk-all"},
    "unknown": {"authorization": "Bearer sk-none"},
    "disabled": {"authorization": "Bearer sk-off"},
    "expired": {"authorization": "Bearer sk-old"},
    "elsewhere": {"authorization": "Bearer sk-elsewhere"},
    "litellm": {"authorization": None, "x-litellm-api-key": "Bearer sk-all"},
    "litellm bare": {"authorization": None, "x-litellm-api-key": "sk-all"},
    "own header": {"authorization": None, "x-mcptui-key": "sk-all"},
    "bad before good": {"x-litellm-api-key": "sk-none"},
    "good before bad": {"authorization": "Bearer sk-none", "x-litellm-api-key": "sk-all"},
}
for _label, _form in _FORMS.items():

    @add(SCENARIOS, f"key: {_label}")
    async def _(client: Client, form: Any = _form) -> None:
        await client.ask("tools/call", call("hs__add", a=1), **form)
        await client.get("/v1/models", **form)


@add(SCENARIOS, "key: in each form, elsewhere")
async def _(client: Client) -> None:
    for form in ("none", "unknown", "disabled", "expired", "elsewhere"):
        await client.post(client.message("initialize", {"protocolVersion": "2025-11-25"}), **_FORMS[form])
        await client.get("/mcp", **_FORMS[form])
        await client.model("/v1/chat/completions", {"model": "chat", "messages": []}, **_FORMS[form])


@add(SCENARIOS, "key: twice")
async def _(client: Client) -> None:
    headers, message = client.stateless("tools/list")
    await client.send("POST", "/mcp", [*headers.items(), ("authorization", "Bearer sk-all")], message)
    await client.send("POST", "/mcp", [*headers.items(), *[("x-mcptui-key", "sk-all")] * 2], message)
    await client.send("GET", "/v1/models", [("authorization", "Bearer sk-all")] * 2)


@add(SCENARIOS, "rate limit")
async def _(client: Client) -> None:
    await client.ask("tools/call", call("hs__add", a=1), key="slow")
    await client.ask("tools/call", call("hs__add", a=1), key="slow")
    await client.get("/v1/models", "slow")


@add(SCENARIOS, "one call at a time")
async def _(client: Client) -> None:
    gate, params = client.world.gate, call("hs__gate")
    gate.clear()
    headers, message = client.stateless("tools/call", params, key="single", meta={"progressToken": 1})
    async with client.open("POST", "/mcp", headers, message) as stream:
        await stream.until(b"\n\n", 3)
        await client.ask("tools/call", call("hs__add"), key="single")
        await client.ask("tools/list", key="single")
        session = await client.shake_hands(key="single")
        await session.ask("tools/call", call("hs__add"))
        gate.set()
        await stream.rest()
    await client.ask("tools/call", call("hs__add", a=1), key="single")


for _key in ("hs-only", "limited", "nothing", "unsaid", "grouped", "api"):

    @add(SCENARIOS, f"what the key {_key} sees")
    async def _(client: Client, key: str = _key) -> None:
        await client.ask("server/discover", key=key)
        await client.ask("tools/list", key=key)
        await client.ask("resources/list", key=key)
        for tool in ("hs__add", "hs__echo", "hs__boom", "st__add", "st__boom", "none__add"):
            await client.ask("tools/call", call(tool, a=1), key=key)
        await client.ask("prompts/get", {"name": "st__greet"}, key=key)
        await client.ask("resources/read", {"uri": "file:///st"}, key=key)
        for path in ("/mcp/hs", "/st/mcp", "/mcp/@pair", "/mcp/@empty", "/mcp/@none", "/mcp/hs,none"):
            await client.ask("tools/call", call("boom"), key=key, path=path)
        session = await client.shake_hands(key=key)
        await session.ask("tools/call", call("hs__fail"))


@add(SCENARIOS, "scope by header")
async def _(client: Client) -> None:
    for scope in ("hs", "hs,st", "st, hs", "@pair", "@pair,none", "@empty", "none", "", ",", "api", "off", "hs,hs"):
        await client.ask("tools/call", call("hs__add", a=1), x_mcp_servers=scope)
        await client.ask("tools/call", call("add", a=1), x_mcp_servers=scope)
    await client.ask("tools/call", call("add", a=1), path="/mcp/st", x_mcp_servers="hs")
    headers, message = client.stateless("server/discover")
    await client.send("POST", "/mcp", [*headers.items(), ("x-mcp-servers", "hs"), ("x-mcp-servers", "st")], message)


@add(SCENARIOS, "credentials for servers")
async def _(client: Client) -> None:
    for given in (
        {},
        {"x-mcp-auth": "secret-1"},
        {"x-mcp-auth": "Bearer secret-1"},
        {"x-mcp-api-authorization": "Bearer secret-2"},
        {"x-mcp-api-x-api-key": "secret-3"},
        {"x-mcp-api-x-custom": "mine"},
        {"x-mcp-hs-authorization": "Bearer secret-4"},
        {"x-mcp-none-authorization": "Bearer secret-5"},
        {"x-mcp-auth": "secret-6", "x-mcp-api-x-api-key": "secret-7"},
        {"x-mcp-auth": "Bearer sk-all"},
        {"x-mcp-api-authorization": "Bearer sk-all"},
        {"x-mcp-api-host": "evil"},
        {"x-mcp-api-content-length": "5"},
        {"x-plain": "forwarded"},
    ):
        for tool in ("api__headers", "hs__headers", "st__headers"):
            more: dict[str, Any] = {**given}
            await client.ask("tools/call", call(tool), key="wide", **more)


@add(SCENARIOS, "a server without a credential, and with one for each session")
async def _(client: Client) -> None:
    await client.ask("tools/call", call("api__headers"), key="api")
    session = await client.shake_hands(key="api", x_mcp_auth="secret-8")
    await session.ask("tools/list")
    await session.ask("tools/call", call("api__headers"))


for _tool in (
    "http400", "http401", "http403", "http404", "http500", "http503", "html", "no_json", "no_message", "no_result",
):  # fmt: skip

    @add(SCENARIOS, f"a server answers with {_tool}")
    async def _(client: Client, tool: str = _tool) -> None:
        await client.control("POST", "/servers/odd/refresh")
        await client.world.gateway.read()
        await client.ask("tools/call", call(f"odd__{tool}"), key="wide")
        session = await client.shake_hands(key="wide")
        await session.ask("tools/call", call(f"odd__{tool}"))


@add(SCENARIOS, "a server that is not there, or is off")
async def _(client: Client) -> None:
    for server in ("gone", "off"):
        for method, params in (
            ("tools/call", call(f"{server}__add")),
            ("prompts/get", {"name": f"{server}__greet"}),
        ):
            await client.ask(method, params, key="wide")
        for path in (f"/mcp/{server}", f"/{server}/mcp"):
            await client.ask("server/discover", key="wide", path=path)
            await client.ask("tools/list", key="wide", path=path)
            await client.ask("tools/call", call("add"), key="wide", path=path)


@add(SCENARIOS, "a server with tools only")
async def _(client: Client) -> None:
    await client.ask("server/discover", key="wide", path="/mcp/quiet")
    session = await client.shake_hands(key="wide", path="/mcp/quiet")
    for method, params in (
        ("prompts/list", None),
        ("resources/list", None),
        ("logging/setLevel", {"level": "error"}),
        ("completion/complete", {"ref": {"type": "ref/prompt", "name": "x"}, "argument": {}}),
        ("resources/subscribe", {"uri": "x"}),
        ("tools/call", call("echo", a=1)),
    ):
        await session.ask(method, params)
        await client.ask(method, params, key="wide", path="/quiet/mcp")
