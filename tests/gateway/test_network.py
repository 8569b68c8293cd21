"""Servers, logins and models behind proxies and authorities of a company, through the whole gateway."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import pytest

from mcptui.model import LlmModel, Server
from mcptui.model.runtime import ServerStatus
from tests.support.certificates import Authority
from tests.support.gateway import RunningGateway, key, running_gateway, state
from tests.support.provider import ScriptedProvider
from tests.support.proxy import ForwardProxy
from tests.support.upstream import ScriptedUpstream
from tests.support.wire import Wire

Connect = Callable[..., Wire]
ECHO = {"name": "echo", "arguments": {"text": "hello"}}


def port_of(url: str) -> int:
    return httpx2.URL(url).port or 0


def status(gateway: RunningGateway) -> ServerStatus:
    (server,) = gateway.core.registry.all()
    return server.status()


async def called(wire: Connect, gateway: RunningGateway) -> Any:
    return (await wire(gateway, "all", "/mcp/s").result("tools/call", ECHO))["content"]


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "all_proxy"])
async def test_a_server_behind_the_proxy_of_the_environment(a: ScriptedUpstream, wire: Connect, variable: str) -> None:
    server = Server(name="s", url="http://mcp.test/mcp")
    async with (
        ForwardProxy("me:secret", ports={"mcp.test": port_of(a.url)}) as proxy,
        running_gateway(
            state(server, key("all", servers=("*",))), environment={variable: proxy.url("me:secret")}
        ) as gateway,
    ):
        await gateway.read()
        assert await called(wire, gateway)
        assert {line.split(" ")[1] for line in proxy.asked} == {"http://mcp.test/mcp"}
    assert not any("proxy-authorization" in request.headers for request in a.seen)


async def test_what_is_exempt_is_reached_directly(a: ScriptedUpstream, wire: Connect) -> None:
    server = Server(name="s", url=a.url.replace("127.0.0.1", "localhost"))
    async with (
        ForwardProxy(refusal="403 Forbidden") as proxy,
        running_gateway(state(server, key("all", servers=("*",))), environment={"HTTP_PROXY": proxy.url()}) as gateway,
    ):
        await gateway.read()
        assert await called(wire, gateway)
    assert proxy.asked == []


async def test_a_server_with_an_authority_and_a_client_certificate_of_the_company(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*authority.issue("server", "mcp.test"))
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(authority.file)
    mine = authority.issue("gateway")
    async with (
        ScriptedUpstream(tls=context) as upstream,
        ForwardProxy(ports={"mcp.test": port_of(upstream.url)}) as proxy,
    ):
        server = Server(
            name="s",
            url="https://mcp.test/mcp",
            proxy=proxy.url(),
            ca_file=str(authority.file),
            client_cert=str(mine.certificate),
            client_key=str(mine.key),
        )
        async with running_gateway(state(server, key("all", servers=("*",)))) as gateway:
            await gateway.read()
            assert status(gateway).state == "ready"
            assert set(proxy.asked) == {"CONNECT mcp.test:443 HTTP/1.1"}
        async with running_gateway(state(replace(server, ca_file=None), key("all", servers=("*",)))) as gateway:
            await gateway.read()
            assert "issued by Authority of the test" in str(status(gateway).reason)
            assert "ca_file" in str(status(gateway).hint)


async def test_a_model_behind_a_proxy(http: httpx2.AsyncClient) -> None:
    body = {"model": "m", "messages": [{"role": "user", "content": "hello"}]}
    async with (
        ScriptedProvider() as provider,
        ForwardProxy("me:secret", ports={"llm.test": port_of(provider.url)}) as proxy,
        ForwardProxy("me:secret") as strict,
    ):
        usual: dict[str, Any] = {"base_url": "http://llm.test/v1", "api": "chat", "model": "m"}
        models = [
            LlmModel(name="m", proxy=proxy.url("me:secret"), **usual),
            LlmModel(name="refused", proxy=strict.url(), **usual),
        ]
        async with running_gateway(
            state(key("all", models=("*",)), models={model.name: model for model in models})
        ) as gateway:
            headers = {"authorization": "Bearer sk-all"}
            url = f"{gateway.url}/v1/chat/completions"
            answer = await http.post(url, json=body, headers=headers)
            assert answer.json()["choices"][0]["message"]["content"] == "hello there"
            assert proxy.asked == ["POST http://llm.test/v1/chat/completions HTTP/1.1"]
            refused = await http.post(url, json=body | {"model": "refused"}, headers=headers)
            assert "requires authentication (407)" in refused.json()["error"]["message"]
            assert "the setting proxy" in refused.json()["error"]["message"].lower()
