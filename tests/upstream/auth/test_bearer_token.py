"""A token behind its scheme (RFC 6750 §2.1)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mcptui.model.auth import BearerToken
from mcptui.upstream.auth.authenticator import Authenticator

SignedIn = Callable[..., Authenticator[Any]]


@pytest.mark.parametrize(
    ("value", "header"),
    [
        ("abc", "Bearer abc"),
        ("Bearer abc", "Bearer abc"),
        ("bearer abc", "bearer abc"),
        ("bearerabc", "Bearer bearerabc"),
        ("Basic abc", "Basic abc"),
    ],
)
async def test_the_scheme_is_written_once(sign_in: SignedIn, value: str, header: str) -> None:
    assert sign_in(BearerToken()).shown(value) == {"authorization": header}
    assert await sign_in(BearerToken(auth_value=value)).headers() == {"authorization": header}


async def test_without_a_token_nothing_is_shown(sign_in: SignedIn) -> None:
    assert await sign_in(BearerToken()).headers() == {}
