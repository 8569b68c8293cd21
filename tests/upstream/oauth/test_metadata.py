"""Who issues tokens for a server, from a table of URLs and answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import pytest

from mcptui.upstream.errors import UpstreamError
from mcptui.upstream.oauth.errors import OAuthError
from mcptui.upstream.oauth.guarded import GuardedHttp
from mcptui.upstream.oauth.metadata import Discovered, discover
from tests.support.documents import Reply, Web

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


async def discovered(replies: Mapping[str, Reply], url: str = SERVER, wanted: str | None = None) -> Discovered:
    return await discover(cast("GuardedHttp", Web(replies)), url, wanted)


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


#: What may be at one place of the metadata without hiding that it is at the next.
USELESS: list[Reply] = [
    302,
    401,
    404,
    429,
    500,
    503,
    "<!doctype html>",
    "[]",
    "",
    {"error": "not_found"},
    {"authorization_servers": [ISSUER]},
    UpstreamError("nobody there"),
    OAuthError("it is in a private network, and the server itself is not"),
]


@pytest.mark.parametrize("reply", USELESS, ids=repr)
async def test_what_is_wrong_at_one_place_of_the_metadata_is_right_at_the_next(reply: Reply) -> None:
    told = challenge('Bearer resource_metadata="https://other.example/about"')
    below, wide = f"{ABOUT_SERVER}/team/mcp", RESOURCE | {"resource": "https://mcp.example/"}
    rest: dict[str, Reply] = {SERVER: told, ABOUT_ISSUER: METADATA}
    found = await discovered({**rest, "https://other.example/about": reply, below: RESOURCE})
    assert found.resource == SERVER
    if not isinstance(reply, UpstreamError):  # nobody asks a second time at a place where nobody is
        found = await discovered({**rest, "https://other.example/about": reply, below: reply, ABOUT_SERVER: wide})
        assert found.resource == "https://mcp.example/"


@pytest.mark.parametrize("named", [None, [], [7], "https://login.example"])
async def test_metadata_that_names_nobody_is_of_a_server_that_is_its_own_issuer(named: object) -> None:
    own = "https://mcp.example"
    at: dict[str, Reply] = {f"{own}/.well-known/oauth-authorization-server": METADATA | {"issuer": own}}
    found = await discovered({f"{ABOUT_SERVER}/team/mcp": RESOURCE | {"authorization_servers": named}, **at})
    assert (found.issuer.issuer, found.resource, found.scope) == (own, SERVER, "read write")


@pytest.mark.parametrize(
    ("wanted", "taken"),
    [
        (None, "https://first.example"),
        (ISSUER, ISSUER),
        (f"{ISSUER}/", ISSUER),
        ("https://x.example", "https://first.example"),
    ],
)
async def test_of_several_issuers_the_wanted_one_is_taken(wanted: str | None, taken: str) -> None:
    several = RESOURCE | {"authorization_servers": ["https://first.example", ISSUER]}
    first = METADATA | {"issuer": "https://first.example"}
    at: dict[str, Reply] = {
        "https://first.example/.well-known/oauth-authorization-server": first,
        ABOUT_ISSUER: METADATA,
    }
    assert (await discovered({ABOUT_SERVER: several, **at}, wanted=wanted)).issuer.issuer == taken


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


@pytest.mark.parametrize(
    ("reply", "says"),
    [
        (503, "answered 503"),
        (500, "answered 500"),
        (429, "answered 429"),
        (UpstreamError("nobody there"), "nobody there"),
        (OAuthError("not to be asked"), "not to be asked"),
    ],
)
async def test_a_server_with_a_problem_is_not_taken_for_one_without_metadata(reply: Reply, says: str) -> None:
    own = "https://mcp.example"
    legacy: dict[str, Reply] = {f"{own}/.well-known/oauth-authorization-server": METADATA | {"issuer": own}}
    with pytest.raises(UpstreamError, match=says):
        await discovered({f"{ABOUT_SERVER}/team/mcp": reply, **legacy})
