"""Nothing is shown, but what a client brings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mcptui.model.auth import NoAuth
from mcptui.upstream.auth.authenticator import Authenticator

SignedIn = Callable[..., Authenticator[Any]]


async def test_only_a_client_s_own_credential_goes_out(sign_in: SignedIn) -> None:
    auth = sign_in(NoAuth())
    assert await auth.headers() == {}
    assert auth.shown("Custom abc") == {"authorization": "Custom abc"}
    assert auth.shown("abc") == {"authorization": "abc"}
