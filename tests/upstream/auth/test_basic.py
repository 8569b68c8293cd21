"""``user:password``, encoded once (RFC 7617)."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest

from mcptui.model.auth import Basic
from mcptui.upstream.auth.authenticator import Authenticator
from mcptui.upstream.errors import UpstreamLoginError

SignedIn = Callable[..., Authenticator[Any]]


@pytest.mark.parametrize(
    "pair", ["user:pass", "user:", ":pass", ":", "user:pä:ss", "me:p w", "basic:pass", "u:Basic x"]
)
def test_user_and_password_are_encoded(sign_in: SignedIn, pair: str) -> None:
    header = sign_in(Basic()).shown(pair)["authorization"]
    assert header.startswith("Basic ")
    assert base64.b64decode(header.removeprefix("Basic "), validate=True).decode() == pair


@pytest.mark.parametrize("value", ["Basic dXNlcjpwYXNz", "basic dXNlcjpwYXNz", "BASIC dXNlcjpwYXNz"])
def test_what_is_encoded_already_stays(sign_in: SignedIn, value: str) -> None:
    assert sign_in(Basic()).shown(value) == {"authorization": value}


@pytest.mark.parametrize("value", ["dXNlcjpwYXNz", "", "sk-alone", "Bearer a:b", "token a:b"])
def test_what_is_no_pair_is_refused_and_not_shown(sign_in: SignedIn, value: str) -> None:
    with pytest.raises(UpstreamLoginError, match="user:password") as caught:
        sign_in(Basic()).shown(value)
    assert value not in str(caught.value) or not value


async def test_the_configured_value(sign_in: SignedIn) -> None:
    assert await sign_in(Basic(auth_value="me:<pw>")).headers() == {"authorization": "Basic bWU6cmVzb2x2ZWQtcHc="}
    assert await sign_in(Basic()).headers() == {}
    with pytest.raises(UpstreamLoginError, match="user:password"):
        await sign_in(Basic(auth_value="<pw>")).headers()
