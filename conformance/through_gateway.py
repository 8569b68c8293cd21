"""``python -m conformance.through_gateway HOME PORT URL``: the client that the suite judges in client mode.

It is the official SDK's own conformance client (``.github/actions/conformance/client.py`` of its source distribution)
behind a gateway: the server of the scenario is added to the home of a running gateway, a person is played who logs in
there, and the SDK's client does with the gateway what it would do with the server.
"""

from __future__ import annotations

import asyncio
import functools
import importlib.util
import json
import os
import sys
import uuid
from contextlib import aclosing
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import httpx2
from mcp.client.client import Client
from mcp.client.streamable_http import streamable_http_client

from conformance.suite import sdk_source
from mcptui.services.workspace import Workspace
from tests.support.home import Home

#: The reference client names itself by this document.
_CLIENT_URL: Final = "https://conformance-test.local/client-metadata.json"
#: How often somebody logs in before giving up: the first time, and once for more permissions or another issuer.
_LOGINS: Final = 2


def main() -> int:
    """Play the scenario that the environment names; 0 where its client has done what it wanted."""
    home, url = Home(Path(sys.argv[1]), int(sys.argv[2])), sys.argv[3]
    scenario = os.environ["MCP_CONFORMANCE_SCENARIO"]
    context = json.loads(os.environ.get("MCP_CONFORMANCE_CONTEXT", "{}"))
    name = f"s{uuid.uuid4().hex[:8]}"
    options, secrets = sign_in(scenario, url, context) if scenario.startswith("auth/") else ([], [])
    home("server", "add", name, url, "--no-test", *options, stdin="".join(f"{secret}\n" for secret in secrets))
    reference = reference_client()
    at = f"{home.url}/mcp/{name}"
    reference.Client = functools.partial(client_with_key, (home.path / "key").read_text())
    try:
        if scenario in reference.HANDLERS and not scenario.startswith("auth/"):
            asyncio.run(reference.HANDLERS[scenario](at))
            return 0
        return asyncio.run(with_logins(home, reference, name, at))
    finally:
        home("server", "remove", name, "--yes", code=None)


def reference_client() -> Any:
    """The SDK's conformance client, as a module."""
    file = sdk_source() / ".github/actions/conformance/client.py"
    spec = importlib.util.spec_from_file_location("reference_client", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def client_with_key(key: str, url: str, **options: Any) -> Client:
    """The SDK's client at the gateway, in place of one at the server."""
    http = httpx2.AsyncClient(headers={"authorization": f"Bearer {key}"}, timeout=30)
    return Client(streamable_http_client(url=url, http_client=http), **options)


def sign_in(scenario: str, url: str, context: dict[str, Any]) -> tuple[list[str], list[str]]:
    """Options for a server as somebody would set them who knows what the scenario tells its client; and secrets."""
    options, secrets = ["--auth-type", "oauth2", "--oauth-client-metadata-url", _CLIENT_URL], []
    if scenario.startswith("auth/client-credentials"):
        options += ["--oauth-flow", "client_credentials"]
    if "client_id" in context:
        options += ["--oauth-client-id", context["client_id"]]
    if "client_secret" in context:
        options.append("--oauth-client-secret")
        secrets.append(context["client_secret"])
    if "private_key_pem" in context:
        options.append("--oauth-client-key")
        secrets.append(context["private_key_pem"].strip())
    if "idp_issuer" in context:
        # The issuer is part of the configuration; as the reference client does, it is read from the server here.
        options += ["--oauth-flow", "enterprise_managed", "--oauth-issuer", issuer_of(url)]
        options += ["--oauth-idp-issuer", context["idp_issuer"], "--oauth-idp-client-id", context["idp_client_id"]]
        options.append("--oauth-idp-token")
        secrets.append(context["idp_id_token"])
    return options, secrets


def issuer_of(url: str) -> str:
    """The authorization server that the server of a scenario names (RFC 9728)."""
    parts = urlsplit(url)
    about = httpx2.get(f"{parts.scheme}://{parts.netloc}/.well-known/oauth-protected-resource{parts.path}")
    return str(about.raise_for_status().json()["authorization_servers"][0])


async def with_logins(home: Home, reference: Any, name: str, url: str) -> int:
    """Use the server; where that takes a login, log in and do it again."""
    ws = Workspace.open(home.path)
    for _ in range(_LOGINS):
        await use(reference, url)
        status = await ws.gateway.status()
        assert status is not None
        (server,) = (each for each in status.servers if each.name == name)
        print(f"{server.state}: {server.reason}", file=sys.stderr)
        if server.state != "needs_login" or not ws.load().state.servers[name].auth.takes_logins:
            return 0 if server.state == "ready" else 1
        if not await logged_in(ws, name):
            return 1
    await use(reference, url)
    return 0


async def use(reference: Any, url: str) -> None:
    """What the reference client does in every scenario with authorization: list, and call the first tool."""
    try:
        async with reference.Client(url, mode=reference.client_mode()) as client:
            for tool in (await client.list_tools()).tools[:1]:
                await client.call_tool(tool.name, {})
    except Exception as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)


async def logged_in(ws: Workspace, name: str) -> bool:
    """Log in as a person with a browser would, who is let in at once; whether it has worked."""
    async with aclosing(ws.gateway.log_in(name, None)) as events, httpx2.AsyncClient() as browser:
        async for event in events:
            print(f"{event.type}: {event.value}", file=sys.stderr)
            if event.type != "open":
                return event.type == "done"
            await browser.get(event.value["url"], follow_redirects=True)
    return False


if __name__ == "__main__":
    sys.exit(main())
