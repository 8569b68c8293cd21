"""The tokens of one grant while the gateway runs. The token endpoint is a function; nothing is sent."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from mcptui.errors import McptuiError
from mcptui.model import OAuth, Server
from mcptui.model.auth import Auth, BearerToken, NoAuth
from mcptui.model.runtime import LoginStatus
from mcptui.secrets.known import SECRET_MARK, KnownSecrets
from mcptui.stores.locks import MemoryLocks
from mcptui.upstream.errors import UpstreamError
from mcptui.upstream.network import Networks
from mcptui.upstream.oauth import grant as grant_module
from mcptui.upstream.oauth import session as module
from mcptui.upstream.oauth.challenge import Challenge
from mcptui.upstream.oauth.errors import LoginNeededError, OAuthError, TokenRefusedError
from mcptui.upstream.oauth.grant import Client, Grant
from mcptui.upstream.oauth.guarded import GuardedHttp, OpenHttp
from mcptui.upstream.oauth.session import OAuthSession, OAuthSessions
from tests.support.kept_secrets import KeptSecrets, unresolved

URL = "https://s.example/mcp"
PATH = "server/s/oauth"
NOW = 1_000_000.0


class TokenEndpoint:
    """Gives t2, t3 … with r2, r3 …, or raises; waits while it is held."""

    def __init__(self) -> None:
        self.asked: list[dict[str, str]] = []
        self.error: Exception | None = None
        self.reached = asyncio.Event()
        self.open = asyncio.Event()
        self.open.set()
        self.revoked: list[Grant] = []

    async def request(
        self, _: GuardedHttp, issuer: str, url: str, client: Client, form: dict[str, str]
    ) -> dict[str, Any]:
        assert issuer == "https://login.example"
        self.asked.append(form)
        number = len(self.asked) + 1
        self.reached.set()
        await self.open.wait()
        if self.error is not None:
            raise self.error
        return {"access_token": f"t{number}", "refresh_token": f"r{number}", "expires_in": 3600}

    async def revoke(self, _: GuardedHttp, grant: Grant) -> None:
        self.revoked.append(grant)
        if self.error is not None:
            raise self.error


@pytest.fixture(autouse=True)
def endpoint(monkeypatch: pytest.MonkeyPatch) -> TokenEndpoint:
    found = TokenEndpoint()
    monkeypatch.setattr(module, "request_token", found.request)
    monkeypatch.setattr(module, "revoke", found.revoke)
    monkeypatch.setattr(grant_module, "time", lambda: NOW)
    return found


@pytest.fixture
def kept() -> KeptSecrets:
    return KeptSecrets()


Made = Callable[..., OAuthSession]


@pytest.fixture
def made(kept: KeptSecrets) -> Made:
    """Makes sessions that share a secret store and its locks, as two gateways of one home do."""
    locks = MemoryLocks()

    def make(auth: Auth | None = None, key: str | None = None, url: str = URL) -> OAuthSession:
        return OAuthSession(
            Server(name="s", url=url, auth=auth or OAuth()), key, kept, unresolved, locks, Networks({}), KnownSecrets()
        )

    return make


def grant(number: int = 1, **values: Any) -> Grant:
    given: dict[str, Any] = {
        "server_url": URL,
        "issuer": "https://login.example",
        "token_endpoint": "https://login.example/token",
        "revocation_endpoint": None,
        "resource": URL,
        "client": Client(id="c"),
        "access_token": f"t{number}",
        "refresh_token": f"r{number}",
        "scope": "read",
    }
    return Grant(**given | values)


FRESH: dict[str, Any] = {"expires": NOW + 3600, "renew": NOW + 3540}
DUE: dict[str, Any] = {"expires": NOW + 60, "renew": NOW - 1}
OVER: dict[str, Any] = {"expires": NOW, "renew": NOW - 60}


# -- the token ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("life", "token", "renewals"), [({}, "t1", 0), (FRESH, "t1", 0), (DUE, "t2", 1), (OVER, "t2", 1)]
)
async def test_a_token_is_renewed_when_its_time_comes(
    made: Made, kept: KeptSecrets, endpoint: TokenEndpoint, life: dict[str, Any], token: str, renewals: int
) -> None:
    kept.values[PATH] = grant(**life).to_text()
    session = made()
    assert await session.token() == token
    assert await session.token() == token
    assert len(endpoint.asked) == renewals


async def test_what_is_asked_for_and_what_is_kept(made: Made, kept: KeptSecrets, endpoint: TokenEndpoint) -> None:
    kept.values[PATH] = grant(**OVER).to_text()
    await made().token()
    assert endpoint.asked == [{"grant_type": "refresh_token", "refresh_token": "r1", "resource": URL}]
    stored = Grant.from_text(kept.values[PATH])
    assert stored == grant(2, expires=NOW + 3600, renew=NOW + 3540)


@pytest.mark.parametrize("text", [None, "", "damaged", "{}"])
async def test_without_a_grant_there_is_no_token(made: Made, kept: KeptSecrets, text: str | None) -> None:
    if text is not None:
        kept.values[PATH] = text
    session = made()
    assert await session.token() is None
    assert session.status is None


async def test_tokens_of_another_url_are_for_nobody_else(
    made: Made, kept: KeptSecrets, endpoint: TokenEndpoint
) -> None:
    kept.values[PATH] = grant(**OVER).to_text()
    assert await made(url="https://other.example/mcp").token() is None
    assert endpoint.asked == []


async def test_however_many_ask_one_request_is_sent(made: Made, kept: KeptSecrets, endpoint: TokenEndpoint) -> None:
    kept.values[PATH] = grant(**OVER).to_text()
    session = made()
    assert set(await asyncio.gather(*(session.token() for _ in range(20)))) == {"t2"}
    assert len(endpoint.asked) == 1


async def test_who_gives_up_waiting_does_not_end_the_renewal(
    made: Made, kept: KeptSecrets, endpoint: TokenEndpoint
) -> None:
    kept.values[PATH] = grant(**OVER).to_text()
    session = made()
    endpoint.open.clear()
    first, second = (asyncio.ensure_future(session.token()) for _ in range(2))
    await endpoint.reached.wait()
    first.cancel()
    endpoint.open.set()
    assert await second == "t2"
    assert len(endpoint.asked) == 1


@pytest.mark.parametrize("error", [UpstreamError("away"), OAuthError("invalid_client"), McptuiError("no secret")])
async def test_an_early_renewal_may_fail_a_late_one_may_not(
    made: Made, kept: KeptSecrets, endpoint: TokenEndpoint, error: McptuiError
) -> None:
    endpoint.error = error
    kept.values[PATH] = grant(**DUE).to_text()
    assert await made().token() == "t1"
    kept.values[PATH] = grant(**OVER).to_text()
    with pytest.raises(type(error)):
        await made().token()
    endpoint.error = None
    assert await made().token() == "t4"


async def test_a_refused_refresh_token_is_not_shown_again(
    made: Made, kept: KeptSecrets, endpoint: TokenEndpoint
) -> None:
    kept.values[PATH] = grant(**OVER).to_text()
    endpoint.error = TokenRefusedError("refused: invalid_client")
    session = made()
    for says in ("not valid any more: refused: invalid_client", "the login has expired", "the login has expired"):
        with pytest.raises(LoginNeededError, match=says) as caught:
            await session.token()
        assert caught.value.hint == session.hint
    assert len(endpoint.asked) == 1


async def test_a_token_that_is_still_good_is_used_when_its_renewal_is_refused(
    made: Made, kept: KeptSecrets, endpoint: TokenEndpoint
) -> None:
    kept.values[PATH] = grant(**DUE).to_text()
    endpoint.error = TokenRefusedError("refused: invalid_grant")
    session = made()
    for _ in range(3):
        assert await session.token() == "t1"
    assert len(endpoint.asked) == 1
    # Until the server refuses it too; then it is not shown again.
    with pytest.raises(LoginNeededError, match="the login has expired"):
        await session.refused("t1", 401, Challenge())
    with pytest.raises(LoginNeededError, match="the login has expired"):
        await session.token()
    assert len(endpoint.asked) == 1


@pytest.mark.parametrize("life", [FRESH, {}])
async def test_a_login_that_server_and_issuer_refuse_is_not_tried_again(
    made: Made, kept: KeptSecrets, endpoint: TokenEndpoint, life: dict[str, Any]
) -> None:
    kept.values[PATH] = grant(**life).to_text()
    endpoint.error = TokenRefusedError("refused: invalid_grant")
    session = made()
    with pytest.raises(LoginNeededError, match="not valid any more"):
        await session.refused(await session.token(), 401, Challenge())
    for _ in range(3):
        with pytest.raises(LoginNeededError, match="the login has expired"):
            await session.token()
    assert len(endpoint.asked) == 1


async def test_without_a_refresh_token_the_login_ends_with_its_token(
    made: Made, kept: KeptSecrets, endpoint: TokenEndpoint
) -> None:
    kept.values[PATH] = grant(refresh_token=None, **OVER).to_text()
    with pytest.raises(LoginNeededError, match="the login has expired"):
        await made().token()
    assert endpoint.asked == []


# -- others who have the same grant -----------------------------------------------------------------------------


async def test_what_another_gateway_has_renewed_is_used(made: Made, kept: KeptSecrets, endpoint: TokenEndpoint) -> None:
    kept.values[PATH] = grant(**OVER).to_text()
    here, there = made(), made()
    await here.grant()
    assert await there.token() == "t2"
    assert await here.token() == "t2"
    assert len(endpoint.asked) == 1


@pytest.mark.parametrize(
    "stored",
    [
        {"access_token": "t0", "expires": NOW - 1},  # older than ours, and over
        {"access_token": "t0", "expires": NOW + 1, "server_url": "https://other.example/mcp"},
    ],
)
async def test_what_is_stored_and_no_renewal_of_ours_is_not_used(
    made: Made, kept: KeptSecrets, endpoint: TokenEndpoint, stored: dict[str, Any]
) -> None:
    kept.values[PATH] = grant(**OVER).to_text()
    session = made()
    await session.grant()
    kept.values[PATH] = grant(**stored).to_text()
    assert await session.token() == "t2"
    assert len(endpoint.asked) == 1


@pytest.mark.parametrize("own", [{}, FRESH, DUE, OVER])
@pytest.mark.parametrize("stored", [{}, FRESH, DUE])
async def test_what_others_have_renewed_is_used_whatever_is_said_of_its_end(
    made: Made, kept: KeptSecrets, endpoint: TokenEndpoint, own: dict[str, Any], stored: dict[str, Any]
) -> None:
    kept.values[PATH] = grant(**own).to_text()
    session = made()
    await session.grant()
    kept.values[PATH] = grant(9, **stored).to_text()
    assert await session.refused("t1", 401, Challenge())
    assert endpoint.asked == [], "the refresh token was good for one use"
    assert await session.token() == "t2" if stored is DUE else "t9"


@pytest.mark.parametrize("life", [{}, FRESH])
async def test_what_could_not_be_stored_is_newer_than_the_store(
    made: Made, kept: KeptSecrets, endpoint: TokenEndpoint, monkeypatch: pytest.MonkeyPatch, life: dict[str, Any]
) -> None:
    async def fail(_: str, __: str) -> None:
        raise McptuiError("locked")

    kept.values[PATH] = grant(**life).to_text()
    session = made()
    with monkeypatch.context() as patch:
        patch.setattr(kept, "set", fail)
        with pytest.raises(McptuiError, match="locked"):
            await session.refused(await session.token(), 401, Challenge())
    assert await session.refused("t2", 401, Challenge())
    assert [form["refresh_token"] for form in endpoint.asked] == ["r1", "r2"]


async def test_who_is_refused_while_the_store_changes_uses_what_is_there(
    made: Made, kept: KeptSecrets, endpoint: TokenEndpoint
) -> None:
    kept.values[PATH] = grant(**FRESH).to_text()
    session = made()
    used = await session.token()
    kept.values[PATH] = grant(9, **FRESH).to_text()
    session.forget()
    assert await session.refused(used, 401, Challenge())
    assert await session.token() == "t9"
    assert endpoint.asked == []


async def test_who_was_refused_with_an_earlier_token_uses_the_current_one(
    made: Made, kept: KeptSecrets, endpoint: TokenEndpoint
) -> None:
    kept.values[PATH] = grant(**FRESH).to_text()
    session = made()
    await session.token()
    await session.renew("t0")
    assert endpoint.asked == []
    await session.renew("t1")
    assert await session.token() == "t2"


async def test_a_change_from_outside_is_read_at_the_next_request(made: Made, kept: KeptSecrets) -> None:
    kept.values[PATH] = grant(**FRESH).to_text()
    session = made()
    assert await session.token() == "t1"
    kept.values[PATH] = grant(7, **FRESH).to_text()
    assert await session.token() == "t1"
    session.forget()
    assert await session.token() == "t7"


# -- logging out, and in, while a renewal is under way -------------------------------------------------------------


async def renewing(session: OAuthSession, endpoint: TokenEndpoint) -> asyncio.Task[str | None]:
    """A request for a token that waits for the token endpoint."""
    endpoint.open.clear()
    waiting = asyncio.ensure_future(session.token())
    await endpoint.reached.wait()
    return waiting


async def test_a_logout_takes_what_a_renewal_brings_along(
    made: Made, kept: KeptSecrets, endpoint: TokenEndpoint
) -> None:
    kept.values[PATH] = grant(**OVER).to_text()
    session = made()
    waiting = await renewing(session, endpoint)
    leaving = asyncio.ensure_future(session.log_out())
    await asyncio.sleep(0)
    endpoint.open.set()
    await asyncio.gather(waiting, leaving)
    assert kept.values == {}
    assert await session.token() is None
    assert [revoked.access_token for revoked in endpoint.revoked] == ["t2"]


async def test_a_login_outlives_the_renewal_of_the_one_before(
    made: Made, kept: KeptSecrets, endpoint: TokenEndpoint
) -> None:
    kept.values[PATH] = grant(**OVER).to_text()
    session = made()
    waiting = await renewing(session, endpoint)
    await session.keep(grant(9, **FRESH))
    endpoint.open.set()
    assert await waiting == "t9"
    assert Grant.from_text(kept.values[PATH]) == grant(9, **FRESH)


@pytest.mark.parametrize("is_here", [True, False])
async def test_a_login_outlives_the_refusal_of_the_one_before(
    made: Made, kept: KeptSecrets, endpoint: TokenEndpoint, is_here: bool
) -> None:
    kept.values[PATH] = grant(**OVER).to_text()
    session = made()
    waiting = await renewing(session, endpoint)
    if is_here:
        await session.keep(grant(9, **FRESH))
    else:
        kept.values[PATH] = grant(9, **FRESH).to_text()
        session.forget()
    endpoint.error = TokenRefusedError("refused: invalid_grant")
    endpoint.open.set()
    assert await waiting == "t9"
    assert await session.token() == "t9"


async def test_a_renewal_that_was_under_way_when_the_store_changed_is_kept(
    made: Made, kept: KeptSecrets, endpoint: TokenEndpoint
) -> None:
    kept.values[PATH] = grant(**OVER).to_text()
    session = made()
    waiting = await renewing(session, endpoint)
    session.forget()
    endpoint.open.set()
    assert await waiting == "t2"
    # The refresh token before was good for one use.
    assert Grant.from_text(kept.values[PATH]) == grant(2, expires=NOW + 3600, renew=NOW + 3540)


async def test_a_logout_forgets_also_what_cannot_be_revoked(
    made: Made, kept: KeptSecrets, endpoint: TokenEndpoint
) -> None:
    kept.values[PATH] = grant(**FRESH).to_text()
    session = made()
    session.wanted_scope = "write"
    endpoint.error = UpstreamError("away")
    with pytest.raises(UpstreamError):
        await session.log_out()
    assert kept.values == {}
    assert await session.token() is None
    assert not session.wanted_scope
    endpoint.error = None
    await session.log_out()  # twice does no harm
    assert len(endpoint.revoked) == 1


async def test_a_login_left_from_when_the_server_had_one_can_be_ended(made: Made, kept: KeptSecrets) -> None:
    kept.values[PATH] = grant().to_text()
    await made(NoAuth()).log_out()
    assert kept.values == {}


async def test_closing_ends_a_renewal(made: Made, kept: KeptSecrets, endpoint: TokenEndpoint) -> None:
    kept.values[PATH] = grant(**OVER).to_text()
    session = made()
    waiting = await renewing(session, endpoint)
    await session.close()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await session.close()


# -- refusals -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "challenge", "again"),
    [
        (401, Challenge(), True),
        (401, Challenge(error="invalid_token"), True),
        (403, Challenge(), False),
        (403, Challenge(error="invalid_token", scope="write"), False),
        (400, Challenge(), False),
    ],
)
async def test_whether_another_attempt_makes_sense(
    made: Made, kept: KeptSecrets, endpoint: TokenEndpoint, status: int, challenge: Challenge, again: bool
) -> None:
    kept.values[PATH] = grant(**FRESH).to_text()
    session = made()
    assert await session.refused(await session.token(), status, challenge) is again
    assert len(endpoint.asked) == int(again)


async def test_a_request_without_a_token_needs_a_login(made: Made) -> None:
    with pytest.raises(LoginNeededError, match="not logged in") as caught:
        await made().refused(None, 401, Challenge())
    assert caught.value.status == 401


@pytest.mark.parametrize(
    ("granted", "wanted", "challenged", "next_time", "says"),
    [
        ("read", None, "write", "read write", "permissions: write"),
        ("read write", None, "write", "read write", "permissions: write"),
        (None, None, "write", "write", "permissions: write"),
        ("read", "admin", "write", "read admin write", "permissions: write"),
        ("read", None, None, "read", "permissions: not said which"),
    ],
)
async def test_a_missing_permission_is_remembered_for_the_next_login(
    made: Made,
    kept: KeptSecrets,
    granted: str | None,
    wanted: str | None,
    challenged: str | None,
    next_time: str,
    says: str,
) -> None:
    kept.values[PATH] = grant(scope=granted, **FRESH).to_text()
    session = made()
    session.wanted_scope = wanted
    token = await session.token()
    with pytest.raises(LoginNeededError, match=says):
        await session.refused(token, 403, Challenge(error="insufficient_scope", scope=challenged))
    assert session.wanted_scope == next_time


# -- without a person ------------------------------------------------------------------------------------------------

ROBOT = OAuth(oauth_flow="client_credentials", oauth_client_id="robot", oauth_client_secret="sk-1")


class Unattended:
    """Stands for the flows without a person: gives t1, t2 …, or raises; remembers the scopes wanted."""

    def __init__(self) -> None:
        self.asked: list[str | None] = []
        self.error: McptuiError | None = None

    async def grant(self, server: Server, auth: OAuth, resolve: Any, _: OpenHttp, wanted_scope: str | None) -> Grant:
        assert (server.name, auth, resolve) == ("s", ROBOT, unresolved)
        self.asked.append(wanted_scope)
        if self.error is not None:
            raise self.error
        return grant(len(self.asked), refresh_token=None, **FRESH)


@pytest.fixture
def unattended(monkeypatch: pytest.MonkeyPatch) -> Unattended:
    found = Unattended()
    monkeypatch.setattr(module, "unattended_grant", found.grant)
    return found


async def test_a_token_without_a_person_is_had_for_the_asking(
    made: Made, kept: KeptSecrets, unattended: Unattended
) -> None:
    session = made(ROBOT)
    assert await session.token() == "t1"
    assert await session.token() == "t1"
    assert unattended.asked == [None]
    assert kept.values == {}, "it is kept in memory only"
    assert session.status == LoginStatus(expires=NOW + 3600, renews=True)


async def test_a_token_without_a_person_is_for_its_url_alone(
    kept: KeptSecrets, monkeypatch: pytest.MonkeyPatch
) -> None:
    urls = [URL]

    async def resolve(text: str) -> str:
        return urls[-1]

    async def give(*_: Any) -> Grant:
        return grant(len(urls), server_url=urls[-1], refresh_token=None, **FRESH)

    monkeypatch.setattr(module, "unattended_grant", give)
    server = Server(name="s", url="https://${env:HOST}/mcp", auth=ROBOT)
    session = OAuthSession(server, None, kept, resolve, MemoryLocks(), Networks({}), KnownSecrets())
    assert await session.token() == "t1"
    urls.append("https://other.example/mcp")
    assert await session.token() == "t2"
    assert await session.token() == "t2"


async def test_a_missing_permission_is_asked_for_at_once(made: Made, unattended: Unattended) -> None:
    session = made(ROBOT)
    token = await session.token()
    assert await session.refused(token, 403, Challenge(error="insufficient_scope", scope="write"))
    assert await session.token() == "t2"
    assert unattended.asked == [None, "read write"]


async def test_a_refused_client_does_not_ask_for_every_call(
    made: Made, unattended: Unattended, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 100.0
    monkeypatch.setattr(module, "monotonic", lambda: now)
    unattended.error = LoginNeededError("refused: invalid_client")
    session = made(ROBOT)
    raised = set()
    for _ in range(3):
        with pytest.raises(LoginNeededError, match="invalid_client") as caught:
            await session.token()
        assert caught.value.hint == "Check the settings oauth_… of this server: mcptui server edit s"
        raised.add(caught.value)
    assert len(raised) == 3, "one that is raised again carries every traceback"
    assert len(unattended.asked) == 1
    unattended.error = None
    session.forget()  # a secret was changed
    assert await session.token() == "t2"

    unattended.error = LoginNeededError("refused: invalid_client")
    session = made(ROBOT)
    for _ in range(2):
        with pytest.raises(LoginNeededError):
            await session.token()
    assert len(unattended.asked) == 3
    unattended.error = None
    now += 61.0  # somebody may have changed something at the authorization server
    assert await session.token() == "t4"


@pytest.mark.parametrize("error", [UpstreamError("away"), McptuiError("no secret")])
async def test_a_problem_that_may_pass_is_no_refusal(made: Made, unattended: Unattended, error: McptuiError) -> None:
    session = made(ROBOT)
    unattended.error = error
    with pytest.raises(type(error)):
        await session.token()
    unattended.error = None
    assert await session.token() == "t2"


# -- one session a grant ----------------------------------------------------------------------------------------------


def test_a_grant_has_one_session_as_long_as_its_server_is_the_same(kept: KeptSecrets) -> None:
    sessions = OAuthSessions(kept, unresolved, MemoryLocks(), Networks({}), KnownSecrets())
    server = Server(name="s", url=URL, auth=OAuth())
    first = sessions.get(server, None)
    assert sessions.get(Server(name="s", url=URL, auth=OAuth(), timeout=5.0, description="other"), None) is first
    assert sessions.get(server, "me") is not first
    assert sessions.get(server, "me") is sessions.get(server, "me")
    for other in (
        Server(name="s", url="https://other.example/mcp", auth=OAuth()),
        Server(name="s", url=URL, auth=OAuth(oauth_issuer="https://login.example")),
        Server(name="s", url=URL),
    ):
        assert sessions.get(other, None) is not first


@pytest.mark.parametrize(
    ("auth", "key", "is_known"),
    [
        (OAuth(), None, True),
        (OAuth(), "me", True),
        (OAuth(credentials="per-key"), "me", True),
        # The gateway itself has no login there, so nothing can be said of one.
        (OAuth(credentials="per-key"), None, False),
        (NoAuth(), None, False),
        (BearerToken(auth_value="t"), None, False),
    ],
)
async def test_what_is_known_of_a_login(kept: KeptSecrets, auth: Auth, key: str | None, is_known: bool) -> None:
    sessions = OAuthSessions(kept, unresolved, MemoryLocks(), Networks({}), KnownSecrets())
    server = Server(name="s", url=URL, auth=auth)
    assert sessions.status(server, key) is None
    kept.values[server.login_path(key)] = grant(1, **FRESH).to_text()
    await sessions.get(server, key).token()
    assert (sessions.status(server, key) is not None) is is_known


@pytest.mark.parametrize(
    ("path", "read_anew"),
    [(PATH, {None}), (f"{PATH}/me", {"me"}), ("server/t/oauth", set()), (None, {None, "me"})],
)
async def test_a_changed_secret_is_that_of_one_session_or_of_all(
    kept: KeptSecrets, path: str | None, read_anew: set[str | None]
) -> None:
    sessions = OAuthSessions(kept, unresolved, MemoryLocks(), Networks({}), KnownSecrets())
    server = Server(name="s", url=URL, auth=OAuth())
    for key in (None, "me"):
        kept.values[server.login_path(key)] = grant(1, **FRESH).to_text()
        await sessions.get(server, key).token()
        kept.values[server.login_path(key)] = grant(2, **FRESH).to_text()
    sessions.forget(path)
    tokens = {key: await sessions.get(server, key).token() for key in (None, "me")}
    assert {key for key, token in tokens.items() if token == "t2"} == read_anew
    await sessions.close()


async def test_tokens_are_known_secrets_from_when_they_are_read_or_kept(kept: KeptSecrets) -> None:
    known = KnownSecrets()
    server = Server(name="s", url=URL, auth=OAuth())
    session = OAuthSession(server, None, kept, unresolved, MemoryLocks(), Networks({}), known)
    await session.keep(grant(access_token="access-canary", refresh_token="refresh-canary"))
    assert known.without("access-canary refresh-canary") == f"{SECRET_MARK} {SECRET_MARK}"
    await session.keep(grant(access_token="second-canary"))
    assert known.without("access-canary second-canary") == f"{SECRET_MARK} {SECRET_MARK}"
    anew = KnownSecrets()
    again = OAuthSession(server, None, kept, unresolved, MemoryLocks(), Networks({}), anew)
    await again.grant()
    assert anew.without("second-canary") == SECRET_MARK
