"""The current token in the header, and what is done where the server refuses it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mcptui.model.auth import OAuth
from mcptui.upstream.auth.authenticator import Authenticator
from mcptui.upstream.oauth import session as module
from mcptui.upstream.oauth.errors import LoginNeededError
from mcptui.upstream.oauth.grant import Client, Grant
from mcptui.upstream.oauth.guarded import GuardedHttp
from tests.support.kept_secrets import KeptSecrets

SignedIn = Callable[..., Authenticator[Any]]

URL = "https://s.example/mcp"
INSUFFICIENT = 'Bearer error="insufficient_scope", scope="write"'


def grant(token: str = "t1", **values: Any) -> str:
    given: dict[str, Any] = {
        "server_url": URL,
        "issuer": "https://login.example",
        "token_endpoint": "https://login.example/token",
        "revocation_endpoint": None,
        "resource": URL,
        "client": Client(id="c"),
        "access_token": token,
        "refresh_token": "r1",
        "scope": "read",
    }
    return Grant(**given | values).to_text()


@pytest.fixture(autouse=True)
def token_endpoint(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, str]]:
    """What the token endpoint was asked; it gives t2, t3 … in turn."""
    asked: list[dict[str, str]] = []

    async def request_token(
        _: GuardedHttp, issuer: str, url: str, client: Client, form: dict[str, str]
    ) -> dict[str, Any]:
        asked.append(form)
        return {"access_token": f"t{len(asked) + 1}", "expires_in": 3600}

    monkeypatch.setattr(module, "request_token", request_token)
    return asked


async def test_the_token_that_is_kept_is_shown(sign_in: SignedIn, kept: KeptSecrets) -> None:
    kept.values["server/s/oauth"] = grant()
    authenticator = sign_in(OAuth())
    assert authenticator.changes
    assert await authenticator.headers() == {"authorization": "Bearer t1"}


async def test_where_nobody_has_logged_in_nothing_is_shown(sign_in: SignedIn) -> None:
    authenticator = sign_in(OAuth())
    assert await authenticator.headers() == {}
    assert authenticator.hint == "Log in: o in the server list, or mcptui server login s"
    with pytest.raises(LoginNeededError, match="not logged in"):
        await authenticator.refused({}, 401, "Bearer")


async def test_a_refused_token_is_renewed_and_shown_once_more(
    sign_in: SignedIn, kept: KeptSecrets, token_endpoint: list[dict[str, str]]
) -> None:
    kept.values["server/s/oauth"] = grant()
    authenticator = sign_in(OAuth())
    sent = await authenticator.headers()
    assert await authenticator.refused(sent, 401, 'Bearer error="invalid_token"')
    assert await authenticator.headers() == {"authorization": "Bearer t2"}
    # Who was refused with the earlier token tries again; nothing is renewed twice.
    assert await authenticator.refused(sent, 401, "")
    assert [form["refresh_token"] for form in token_endpoint] == ["r1"]


@pytest.mark.parametrize(
    ("status", "challenge"), [(403, ""), (403, "Bearer"), (403, 'Bearer error="invalid_token"'), (403, "Basic realm=x")]
)
async def test_a_refusal_that_is_no_question_of_the_token_is_final(
    sign_in: SignedIn, kept: KeptSecrets, token_endpoint: list[dict[str, str]], status: int, challenge: str
) -> None:
    kept.values["server/s/oauth"] = grant()
    authenticator = sign_in(OAuth())
    assert await authenticator.refused(await authenticator.headers(), status, challenge) is False
    assert token_endpoint == []


async def test_a_missing_permission_takes_a_person(sign_in: SignedIn, kept: KeptSecrets) -> None:
    kept.values["server/s/oauth"] = grant()
    authenticator = sign_in(OAuth())
    with pytest.raises(LoginNeededError, match="the login lacks permissions: write"):
        await authenticator.refused(await authenticator.headers(), 403, INSUFFICIENT)


async def test_every_key_shows_its_own_token(sign_in: SignedIn, kept: KeptSecrets) -> None:
    kept.values |= {"server/s/oauth/one": grant("t-one"), "server/s/oauth/two": grant("t-two")}
    auth = OAuth(credentials="per-key")
    assert await sign_in(auth, "one").headers() == {"authorization": "Bearer t-one"}
    assert await sign_in(auth, "two").headers() == {"authorization": "Bearer t-two"}
    assert await sign_in(auth, "three").headers() == {}
    assert sign_in(auth, "three").hint == "Log in: o in the server list, or mcptui server login s --key three"


@pytest.mark.parametrize(("value", "header"), [("abc", "Bearer abc"), ("bearer abc", "bearer abc")])
def test_a_client_s_own_token(sign_in: SignedIn, value: str, header: str) -> None:
    assert sign_in(OAuth()).shown(value) == {"authorization": header}
