"""Authorization servers, from a table of URLs and answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

import pytest

from mcptui.model import OAuth
from mcptui.upstream.errors import UpstreamError
from mcptui.upstream.oauth.errors import OAuthError
from mcptui.upstream.oauth.guarded import GuardedHttp
from mcptui.upstream.oauth.issuer import Issuer, check_issuer, read_issuer, require_login
from tests.support.documents import Reply, Web

ISSUER = "https://login.example/tenant"
ABOUT_ISSUER = "https://login.example/.well-known/oauth-authorization-server/tenant"
PLACES = (
    ABOUT_ISSUER,
    "https://login.example/.well-known/openid-configuration/tenant",
    f"{ISSUER}/.well-known/openid-configuration",
)
METADATA: dict[str, Any] = {
    "issuer": ISSUER,
    "authorization_endpoint": f"{ISSUER}/authorize",
    "token_endpoint": f"{ISSUER}/token",
    "code_challenge_methods_supported": ["S256"],
}


async def issuer(replies: Mapping[str, Reply], url: str = ISSUER) -> Issuer:
    return await read_issuer(cast("GuardedHttp", Web(replies)), url)


@pytest.mark.parametrize("at", PLACES)
async def test_an_issuer_is_looked_for_in_three_places(at: str) -> None:
    assert (await issuer({at: METADATA})).issuer == ISSUER


async def test_what_metadata_leaves_out() -> None:
    found = await issuer({ABOUT_ISSUER: {"issuer": ISSUER, "token_endpoint": f"{ISSUER}/token"}})
    assert found == Issuer(ISSUER, None, f"{ISSUER}/token", None, None, (), (), (), False, False, False)


async def test_what_metadata_says() -> None:
    said = METADATA | {
        "registration_endpoint": f"{ISSUER}/register",
        "revocation_endpoint": f"{ISSUER}/revoke",
        "scopes_supported": ["a", 7, "b"],
        "token_endpoint_auth_methods_supported": ["none"],
        "token_endpoint_auth_signing_alg_values_supported": ["ES256", 7],
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
        signatures=("ES256",),
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


@pytest.mark.parametrize(
    "nothing", [404, 401, 302, "<!doctype html>", "[]", {"error": "not_found"}, {"token_endpoint": f"{ISSUER}/token"}]
)
async def test_an_issuer_that_publishes_nothing_has_the_default_endpoints(nothing: Reply) -> None:
    web = Web(dict.fromkeys(PLACES, nothing))
    found = await read_issuer(cast("GuardedHttp", web), ISSUER)
    assert found == Issuer(
        issuer=ISSUER,
        authorization_endpoint="https://login.example/authorize",
        token_endpoint="https://login.example/token",
        registration_endpoint="https://login.example/register",
        revocation_endpoint=None,
        scopes=(),
        auth_methods=(),
        signatures=(),
        pkce=False,
        sends_iss=False,
        takes_client_urls=False,
        is_described=False,
    )
    assert web.checked == ["https://login.example"]
    assert "default endpoints" in found.remarks[0]


@pytest.mark.parametrize("reply", [500, 503, 429, UpstreamError("nobody there"), OAuthError("not to be asked")])
@pytest.mark.parametrize("place", range(3))
async def test_an_issuer_with_a_problem_is_not_taken_for_one_that_publishes_nothing(reply: Reply, place: int) -> None:
    with pytest.raises(UpstreamError):
        await issuer({PLACES[place]: reply})


@pytest.mark.parametrize("reply", [302, 404, 500, "<!doctype html>", {"error": "x"}], ids=repr)
async def test_what_is_wrong_at_one_place_is_right_at_the_next(reply: Reply) -> None:
    assert (await issuer({PLACES[0]: reply, PLACES[1]: reply, PLACES[2]: METADATA})).is_described


async def test_a_login_needs_a_place() -> None:
    found = await issuer({ABOUT_ISSUER: METADATA})
    assert require_login(OAuth(), found) == f"{ISSUER}/authorize"
    with pytest.raises(OAuthError, match="no authorization endpoint"):
        require_login(OAuth(), replace(found, authorization_endpoint=None))


@pytest.mark.parametrize(
    ("methods", "is_offered"),
    [(["S256"], True), (["plain", "S256"], True), (["plain"], False), ([], False), (None, False)],
)
async def test_pkce_is_required_where_the_user_says_so(methods: list[str] | None, is_offered: bool) -> None:
    found = await issuer({ABOUT_ISSUER: METADATA | {"code_challenge_methods_supported": methods}})
    assert require_login(OAuth(), found) == f"{ISSUER}/authorize"
    assert bool(found.remarks) is not is_offered
    if is_offered:
        assert require_login(OAuth(oauth_require_pkce=True), found) == f"{ISSUER}/authorize"
    else:
        with pytest.raises(OAuthError, match="does not offer PKCE"):
            require_login(OAuth(oauth_require_pkce=True), found)


@pytest.mark.parametrize(
    ("wanted", "issuer_url", "is_it"),
    [
        (None, "https://any.example", True),
        ("https://login.example", "https://login.example", True),
        ("https://login.example/", "https://login.example", True),
        ("https://login.example", "https://login.example/", True),
        ("https://login.example", "https://login.example/tenant", False),
        ("https://login.example", "https://login.example.evil", False),
        ("https://login.example", "http://login.example", False),
        ("https://login.example", "", False),
    ],
)
def test_the_configured_issuer(wanted: str | None, issuer_url: str, is_it: bool) -> None:
    auth = OAuth(oauth_issuer=wanted)
    if is_it:
        check_issuer("s", auth, issuer_url)
    else:
        with pytest.raises(OAuthError):
            check_issuer("s", auth, issuer_url)
