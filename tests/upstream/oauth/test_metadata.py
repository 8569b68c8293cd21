"""Discovery by RFC 9728, RFC 8414 and OpenID Connect, from a table of URLs and answers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

import pytest

from mcptui.upstream.oauth.errors import OAuthError
from mcptui.upstream.oauth.guarded import Answer, GuardedHttp
from mcptui.upstream.oauth.metadata import Discovered, Issuer, discover, read_issuer, require_login

SERVER = "https://mcp.example/team/mcp"
ISSUER = "https://login.example/tenant"
ABOUT_SERVER = "https://mcp.example/.well-known/oauth-protected-resource"
ABOUT_ISSUER = "https://login.example/.well-known/oauth-authorization-server/tenant"
RESOURCE = {"resource": SERVER, "authorization_servers": [ISSUER], "scopes_supported": ["read", "write"]}
METADATA: dict[str, Any] = {
    "issuer": ISSUER,
    "authorization_endpoint": f"{ISSUER}/authorize",
    "token_endpoint": f"{ISSUER}/token",
    "code_challenge_methods_supported": ["S256"],
}

Reply = int | Mapping[str, Any] | tuple[int, Mapping[str, str]]


class Web:
    """Stands for the guarded HTTP: answers by URL, 404 elsewhere; remembers what was asked and checked."""

    def __init__(self, replies: Mapping[str, Reply], refused: str = "") -> None:
        self._replies = replies
        self._refused = refused
        self.asked: list[str] = []
        self.checked: list[str] = []

    async def get(self, url: str, what: str) -> Answer:
        assert what
        self.asked.append(url)
        reply = self._replies.get(url, 404)
        if isinstance(reply, int):
            return Answer(reply, {}, b"{}")
        if isinstance(reply, tuple):
            return Answer(reply[0], reply[1], b"")
        return Answer(200, {}, json.dumps(reply).encode())

    async def post(self, url: str, what: str, *, json_body: object, headers: object) -> Answer:
        assert json_body
        assert headers
        return await self.get(url, what)

    async def check(self, url: str, what: str) -> None:
        self.checked.append(url)
        if url == self._refused:
            raise OAuthError(f"{what} is refused")


async def discovered(replies: Mapping[str, Reply], url: str = SERVER) -> Discovered:
    return await discover(cast("GuardedHttp", Web(replies)), url)


async def issuer(replies: Mapping[str, Reply], url: str = ISSUER) -> Issuer:
    return await read_issuer(cast("GuardedHttp", Web(replies)), url)


def challenge(text: str) -> Reply:
    return (401, {"www-authenticate": text})


async def test_a_server_that_names_its_issuer() -> None:
    found = await discovered({SERVER: 401, f"{ABOUT_SERVER}/team/mcp": RESOURCE, ABOUT_ISSUER: METADATA})
    assert found.resource == SERVER
    assert found.scope == "read write"
    assert found.issuer.token_endpoint == f"{ISSUER}/token"


async def test_the_challenge_says_where_the_metadata_is_and_which_scope_is_wanted() -> None:
    told = challenge('Bearer resource_metadata="https://mcp.example/about", scope="admin"')
    found = await discovered({SERVER: told, "https://mcp.example/about": RESOURCE, ABOUT_ISSUER: METADATA})
    assert found.scope == "admin"


async def test_metadata_at_a_redirect_is_not_fetched() -> None:
    told = challenge('Bearer resource_metadata="https://mcp.example/about"')
    with pytest.raises(OAuthError, match="redirects"):
        await discovered({SERVER: told, "https://mcp.example/about": 302})


async def test_metadata_at_the_root_is_found_where_there_is_none_below_the_path() -> None:
    wide = RESOURCE | {"resource": "https://mcp.example/team"}
    found = await discovered({ABOUT_SERVER: wide, ABOUT_ISSUER: METADATA})
    assert found.resource == "https://mcp.example/team"


async def test_without_metadata_the_servers_host_is_the_issuer() -> None:
    own = "https://MCP.example"
    at = f"{own}/.well-known/oauth-authorization-server"
    found = await discovered({at: METADATA | {"issuer": own}}, f"{own}/mcp?key=1#x")
    assert (found.resource, found.scope) == ("https://mcp.example/mcp", None)


@pytest.mark.parametrize(
    "stated",
    [
        None,
        7,
        "https://other.example/team/mcp",
        "https://mcp.example/te",
        "https://mcp.example/team/mcp/x",
        "http://mcp.example/",
    ],
)
async def test_metadata_about_another_resource_is_refused(stated: object) -> None:
    with pytest.raises(OAuthError, match="another resource"):
        await discovered({f"{ABOUT_SERVER}/team/mcp": RESOURCE | {"resource": stated}, ABOUT_ISSUER: METADATA})


@pytest.mark.parametrize("named", [None, [], [7], "https://login.example"])
async def test_metadata_that_names_nobody_is_refused(named: object) -> None:
    with pytest.raises(OAuthError, match="names no authorization server"):
        await discovered({f"{ABOUT_SERVER}/team/mcp": RESOURCE | {"authorization_servers": named}})


async def test_a_server_with_a_problem_is_not_taken_for_one_without_metadata() -> None:
    with pytest.raises(OAuthError, match="answered 503"):
        await discovered({f"{ABOUT_SERVER}/team/mcp": 503})


@pytest.mark.parametrize(
    "at",
    [
        ABOUT_ISSUER,
        "https://login.example/.well-known/openid-configuration/tenant",
        f"{ISSUER}/.well-known/openid-configuration",
    ],
)
async def test_an_issuer_is_looked_for_in_three_places(at: str) -> None:
    assert (await issuer({at: METADATA})).issuer == ISSUER


async def test_what_metadata_leaves_out() -> None:
    found = await issuer({ABOUT_ISSUER: {"issuer": ISSUER, "token_endpoint": f"{ISSUER}/token"}})
    assert found == Issuer(ISSUER, None, f"{ISSUER}/token", None, None, (), (), False, False, False)


async def test_what_metadata_says() -> None:
    said = METADATA | {
        "registration_endpoint": f"{ISSUER}/register",
        "revocation_endpoint": f"{ISSUER}/revoke",
        "scopes_supported": ["a", 7, "b"],
        "token_endpoint_auth_methods_supported": ["none"],
        "authorization_response_iss_parameter_supported": True,
        "client_id_metadata_document_supported": True,
    }
    web = Web({ABOUT_ISSUER: said})
    found = await read_issuer(cast("GuardedHttp", web), ISSUER)
    assert found == Issuer(
        issuer=ISSUER,
        authorization_endpoint=f"{ISSUER}/authorize",
        token_endpoint=f"{ISSUER}/token",
        registration_endpoint=f"{ISSUER}/register",
        revocation_endpoint=f"{ISSUER}/revoke",
        scopes=("a", "b"),
        auth_methods=("none",),
        pkce=True,
        sends_iss=True,
        takes_client_urls=True,
    )
    assert sorted(web.checked) == sorted(f"{ISSUER}/{name}" for name in ("authorize", "token", "register", "revoke"))


@pytest.mark.parametrize("name", ["authorize", "token", "register", "revoke"])
async def test_every_endpoint_is_checked(name: str) -> None:
    said = METADATA | {"registration_endpoint": f"{ISSUER}/register", "revocation_endpoint": f"{ISSUER}/revoke"}
    web = Web({ABOUT_ISSUER: said}, refused=f"{ISSUER}/{name}")
    with pytest.raises(OAuthError, match="is refused"):
        await read_issuer(cast("GuardedHttp", web), ISSUER)


@pytest.mark.parametrize("stated", [None, 7, "https://evil.example", "https://login.example", f"{ISSUER}/x"])
async def test_metadata_of_another_issuer_is_refused(stated: object) -> None:
    with pytest.raises(OAuthError, match="says that it is another one"):
        await issuer({ABOUT_ISSUER: METADATA | {"issuer": stated}})


async def test_a_slash_at_the_end_makes_no_other_issuer() -> None:
    assert (await issuer({ABOUT_ISSUER: METADATA | {"issuer": f"{ISSUER}/"}})).issuer == f"{ISSUER}/"


@pytest.mark.parametrize("endpoint", [None, "", 7])
async def test_an_issuer_without_token_endpoint_is_refused(endpoint: object) -> None:
    with pytest.raises(OAuthError, match="names no token endpoint"):
        await issuer({ABOUT_ISSUER: METADATA | {"token_endpoint": endpoint}})


async def test_an_issuer_that_publishes_nothing_or_has_a_problem() -> None:
    with pytest.raises(OAuthError, match="publishes nothing"):
        await issuer({})
    with pytest.raises(OAuthError, match="answered 500"):
        await issuer({ABOUT_ISSUER: 500})


async def test_a_login_needs_a_place_and_pkce() -> None:
    found = await issuer({ABOUT_ISSUER: METADATA})
    assert require_login(found) == f"{ISSUER}/authorize"
    with pytest.raises(OAuthError, match="no authorization endpoint"):
        require_login(replace(found, authorization_endpoint=None))
    with pytest.raises(OAuthError, match="does not offer PKCE"):
        require_login(replace(found, pkce=False))
