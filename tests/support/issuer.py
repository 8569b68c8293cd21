"""A scripted authorization server, and the guard that it makes of a scripted MCP server."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import itertools
from dataclasses import dataclass, field
from typing import Any, Final, Self
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx2
from aiohttp import web

from tests.support.aiohttp_server import runner_of
from tests.support.signing import claims_of
from tests.support.upstream import ScriptedUpstream

Item = dict[str, Any]
_WITHOUT_LOGIN: Final = (
    "client_credentials",
    "urn:ietf:params:oauth:grant-type:jwt-bearer",
    "urn:ietf:params:oauth:grant-type:token-exchange",
)
_METADATA: Final = "/.well-known/oauth-authorization-server"


@dataclass(slots=True)
class ScriptedIssuer:
    """Registers everybody, lets everybody in, and remembers every request to its token endpoint.

    Everything may be changed while it runs.
    """

    #: Members of its metadata that differ; None leaves one out.
    metadata: Item = field(default_factory=dict)
    #: Members of the redirect back that differ; None leaves one out.
    redirect: Item = field(default_factory=dict)
    #: The lifetime of access tokens, seconds.
    life: float = 3600.0
    #: Members of every answer of its token endpoint that differ, and its status.
    answer: Item = field(default_factory=dict)
    status: int = 200
    #: Answers every refresh with this error, or with this status and content.
    refuse_refresh: str | tuple[int, Item] | None = None
    #: The hosts of redirect addresses that it registers.
    hosts: tuple[str, ...] = ("127.0.0.1", "localhost", "::1")
    #: While cleared, the token endpoint waits.
    open: asyncio.Event = field(default_factory=asyncio.Event)
    rotate: bool = True
    url: str = ""
    #: Forms that the token endpoint and the revocation endpoint received.
    asked: list[Item] = field(default_factory=list)
    revoked: list[str] = field(default_factory=list)
    registered: list[Item] = field(default_factory=list)
    #: Access tokens that are good now, and what they are good for.
    valid: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    #: Clients that sign, with their private keys (ES256).
    keys: dict[str, str] = field(default_factory=dict)
    _codes: dict[str, Item] = field(default_factory=dict)
    _refresh: set[str] = field(default_factory=set)
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))
    _runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        self.open.set()
        app = web.Application()
        app.router.add_get(_METADATA, self._describe)
        app.router.add_get("/authorize", self._authorize)
        for path, handler in (("/token", self._token), ("/register", self._register), ("/revoke", self._revoke)):
            app.router.add_post(path, handler)
        self._runner = runner_of(app)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    # -- for tests ------------------------------------------------------------------------------------------

    def guard(self, upstream: ScriptedUpstream, **resource: Any) -> None:
        """Let only holders of this issuer's tokens use ``upstream``; ``resource`` changes its metadata."""

        async def check(request: web.Request) -> web.Response | None:
            origin = f"http://{request.host}"
            if request.path.startswith("/.well-known/oauth-protected-resource"):
                about = {"resource": upstream.url, "authorization_servers": [self.url], "scopes_supported": ["use"]}
                return web.json_response(about | resource)
            token = request.headers.get("authorization", "").removeprefix("Bearer ")
            if token in self.valid:
                return None
            where = f"{origin}/.well-known/oauth-protected-resource{urlsplit(upstream.url).path}"
            challenge = f'Bearer error="invalid_token", resource_metadata="{where}"'
            return web.Response(status=401, headers={"www-authenticate": challenge})

        upstream.raw = check

    def guard_alone(self, upstream: ScriptedUpstream) -> None:
        """The same without a word about it: its endpoints are at the server's own origin (MCP 2025-03-26)."""
        endpoints = {"/authorize": self._authorize, "/token": self._token, "/register": self._register}

        async def check(request: web.Request) -> web.Response | None:
            if request.path in endpoints:
                return await endpoints[request.path](request)
            if request.path.startswith("/.well-known/"):
                return web.Response(status=404)
            token = request.headers.get("authorization", "").removeprefix("Bearer ")
            return None if token in self.valid else web.Response(status=401)

        upstream.raw = check

    def expire(self) -> None:
        """No access token is good any more; refresh tokens stay."""
        self.valid.clear()

    def revoke_all(self) -> None:
        """Neither access nor refresh tokens are good any more."""
        self.valid.clear()
        self._refresh.clear()

    def grants(self, kind: str) -> list[Item]:
        """The requests for tokens of this grant type."""
        return [form for form in self.asked if form.get("grant_type") == kind]

    async def log_in(self, url: str) -> str:
        """Do what a browser does with an authorization URL; where it was sent to, and went."""
        target = await self.sent_to(url)
        async with httpx2.AsyncClient(timeout=20, verify=False) as browser:
            await browser.get(target)
        return target

    async def sent_to(self, url: str) -> str:
        """Where a browser is sent that opens an authorization URL; it does not go there."""
        async with httpx2.AsyncClient(timeout=20, verify=False) as browser:
            return str((await browser.get(url)).headers["location"])

    # -- HTTP ---------------------------------------------------------------------------------------------

    async def _describe(self, _: web.Request) -> web.Response:
        about = {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "registration_endpoint": f"{self.url}/register",
            "revocation_endpoint": f"{self.url}/revoke",
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["none", "client_secret_post"],
            "authorization_response_iss_parameter_supported": True,
        }
        return web.json_response({k: v for k, v in (about | self.metadata).items() if v is not None})

    async def _authorize(self, request: web.Request) -> web.Response:
        query = dict(request.query)
        code = f"code-{next(self._numbers)}"
        self._codes[code] = query
        back: Item = {"code": code, "state": query["state"], "iss": self.url} | self.redirect
        target = f"{query['redirect_uri']}?{urlencode({k: v for k, v in back.items() if v is not None})}"
        return web.Response(status=302, headers={"location": target})

    async def _register(self, request: web.Request) -> web.Response:
        wanted = await request.json()
        if any(urlsplit(uri).hostname not in self.hosts for uri in wanted["redirect_uris"]):
            return web.json_response({"error": "invalid_redirect_uri"}, status=400)
        self.registered.append(wanted)
        return web.json_response({**wanted, "client_id": f"client-{len(self.registered)}"}, status=201)

    async def _form(self, request: web.Request) -> Item:
        return {name: values[0] for name, values in parse_qs((await request.read()).decode()).items()}

    async def _token(self, request: web.Request) -> web.Response:
        form = await self._form(request)
        self.asked.append(form)
        await self.open.wait()
        problem = self._problem(form, request)
        if isinstance(problem, tuple):
            return web.json_response(problem[1], status=problem[0])
        if problem is not None:
            return web.json_response({"error": problem, "error_description": "scripted"}, status=400)
        number = next(self._numbers)
        scope = form.get("scope") or self._codes.get(form.get("code", ""), {}).get("scope") or "use"
        answer: Item = {"access_token": f"access-{number}", "token_type": "Bearer", "expires_in": self.life}
        self.valid[f"access-{number}"] = scope
        if form["grant_type"] == "authorization_code" or (form["grant_type"] == "refresh_token" and self.rotate):
            self._refresh.discard(form.get("refresh_token", ""))
            answer["refresh_token"] = f"refresh-{number}"
            self._refresh.add(f"refresh-{number}")
        return web.json_response(answer | {"scope": scope} | self.answer, status=self.status)

    def _problem(self, form: Item, request: web.Request) -> str | tuple[int, Item] | None:
        client = form.get("client_id", "")
        basic = request.headers.get("authorization", "").removeprefix("Basic ")
        given = form.get("client_secret")
        if basic:
            client, _, given = base64.b64decode(basic).decode().partition(":")
        if client in self.secrets and given != self.secrets[client]:
            return "invalid_client"
        if client in self.keys and claims_of(form["client_assertion"], self.keys[client], "ES256")["sub"] != client:
            return "invalid_client"
        if form["grant_type"] in _WITHOUT_LOGIN:
            return None if client in self.secrets or client in self.keys else "invalid_client"
        if form["grant_type"] == "refresh_token":
            return self.refuse_refresh or (None if form["refresh_token"] in self._refresh else "invalid_grant")
        asked = self._codes.get(form["code"])
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if asked is None or asked["code_challenge"] != challenge or asked["redirect_uri"] != form["redirect_uri"]:
            return "invalid_grant"
        return None

    async def _revoke(self, request: web.Request) -> web.Response:
        token = (await self._form(request))["token"]
        self.revoked.append(token)
        self.valid.pop(token, None)
        self._refresh.discard(token)
        return web.Response()
