"""A key in a header of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mcptui.model.auth import ApiKey
from mcptui.upstream.auth.authenticator import Authenticator

SignedIn = Callable[..., Authenticator[Any]]


@pytest.mark.parametrize("value", ["abc", "Bearer abc", "a:b", " "])
async def test_the_value_is_the_header_whatever_it_looks_like(sign_in: SignedIn, value: str) -> None:
    assert sign_in(ApiKey()).shown(value) == {"x-api-key": value}
    assert await sign_in(ApiKey(auth_value=value)).headers() == {"x-api-key": value}


async def test_without_a_key_nothing_is_shown(sign_in: SignedIn) -> None:
    assert await sign_in(ApiKey()).headers() == {}
