"""``authorization: token …``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mcptui.model.auth import Token
from mcptui.upstream.auth.authenticator import Authenticator

SignedIn = Callable[..., Authenticator[Any]]


@pytest.mark.parametrize(
    ("value", "header"),
    [("abc", "token abc"), ("Token abc", "Token abc"), ("tokenabc", "token tokenabc"), ("Bearer abc", "Bearer abc")],
)
async def test_the_scheme_is_written_once(sign_in: SignedIn, value: str, header: str) -> None:
    assert sign_in(Token()).shown(value) == {"authorization": header}
    assert await sign_in(Token(auth_value=value)).headers() == {"authorization": header}
