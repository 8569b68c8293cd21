"""What a token endpoint's answer becomes, and how it is kept."""

from __future__ import annotations

from typing import Any

import pytest

from mcptui.upstream.oauth import grant as module
from mcptui.upstream.oauth.errors import OAuthError
from mcptui.upstream.oauth.grant import Client, Grant, tokens_of

NOW = 1_000_000.0


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "time", lambda: NOW)


def grant(**values: Any) -> Grant:
    given: dict[str, Any] = {
        "server_url": "https://mcp.example/",
        "issuer": "https://login.example",
        "token_endpoint": "https://login.example/token",
        "revocation_endpoint": None,
        "resource": "https://mcp.example/",
        "client": Client(id="c", secret="sk-client"),
        "access_token": "sk-access",
        "refresh_token": "sk-refresh",
        "scope": "use",
    }
    return Grant(**given | values)


def test_a_grant_survives_the_store() -> None:
    assert Grant.from_text(grant(expires=1.5).to_text()) == grant(expires=1.5)


@pytest.mark.parametrize("text", ["", "[]", "null", "{}", '{"client": {}}', '{"client": {"id": "c"}, "other": 1}'])
def test_what_is_no_grant_is_none(text: str) -> None:
    assert Grant.from_text(text) is None


def test_no_secret_shows() -> None:
    assert "sk-" not in repr(grant())


def test_a_renewal_replaces_what_the_answer_names_and_keeps_the_rest() -> None:
    renewed = grant(expires=NOW - 1, renew=NOW - 2).renewed({"access_token": "new", "expires_in": 1000})
    assert (renewed.access_token, renewed.refresh_token, renewed.scope) == ("new", "sk-refresh", "use")
    assert (renewed.expires, renewed.renew) == (NOW + 1000, NOW + 940)
    assert renewed.client == grant().client
    rotated = grant().renewed({"access_token": "new", "refresh_token": "next", "scope": "less"})
    assert (rotated.refresh_token, rotated.scope, rotated.expires, rotated.renew) == ("next", "less", None, None)


@pytest.mark.parametrize(("life", "renews"), [(1000, 940), (600, 540), (100, 90), ("300", 270), (0, 0)])
def test_a_token_is_renewed_a_minute_early_or_after_nine_tenths_of_its_life(life: object, renews: float) -> None:
    found = tokens_of({"access_token": "a", "expires_in": life}, None, None)
    assert found["renew"] == NOW + renews


@pytest.mark.parametrize("life", [None, "soon", []])
def test_a_life_that_is_no_number_is_unknown(life: object) -> None:
    found = tokens_of({"access_token": "a", "expires_in": life}, "use", "kept")
    assert found == {"access_token": "a", "refresh_token": "kept", "scope": "use", "expires": None, "renew": None}


@pytest.mark.parametrize("stated", ["", None, 7])
def test_a_refresh_token_that_is_none_leaves_the_old_one(stated: object) -> None:
    assert tokens_of({"access_token": "a", "refresh_token": stated}, None, "kept")["refresh_token"] == "kept"


@pytest.mark.parametrize(
    "answer", [{}, {"access_token": ""}, {"access_token": 7}, {"access_token": "a", "token_type": "DPoP"}]
)
def test_an_answer_without_a_bearer_token_is_refused(answer: dict[str, Any]) -> None:
    with pytest.raises(OAuthError, match="no bearer token"):
        tokens_of(answer, None, None)


def test_the_type_of_a_token_is_read_in_any_case() -> None:
    assert tokens_of({"access_token": "a", "token_type": "BEARER"}, None, None)["access_token"] == "a"


@pytest.mark.parametrize(("moment", "is_past"), [(None, False), (NOW + 1, False), (NOW, True), (NOW - 1, True)])
def test_expiry_and_renewal_come_at_their_moment(moment: float | None, is_past: bool) -> None:
    assert grant(expires=moment).has_expired is is_past
    assert grant(renew=moment).wants_renewal is is_past
