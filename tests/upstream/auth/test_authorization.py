"""A value that brings its scheme along."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mcptui.model.auth import Authorization
from mcptui.upstream.auth.authenticator import Authenticator

SignedIn = Callable[..., Authenticator[Any]]


@pytest.mark.parametrize("value", ["Custom abc", "abc", "Bearer abc", "AWS4-HMAC-SHA256 Credential=x"])
async def test_the_value_is_the_header_as_it_is(sign_in: SignedIn, value: str) -> None:
    assert sign_in(Authorization()).shown(value) == {"authorization": value}
    assert await sign_in(Authorization(auth_value=value)).headers() == {"authorization": value}
