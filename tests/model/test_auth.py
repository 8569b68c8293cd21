"""What follows from how the gateway signs in to a server."""

from __future__ import annotations

import typing
from typing import Any

import pytest

from mcptui.model.auth import ApiKey, Auth, AuthKind, Authorization, Basic, BearerToken, NoAuth, OAuth, Token


def test_every_kind_has_a_name_of_its_own_in_the_file() -> None:
    kinds = typing.get_args(Auth)
    assert len({kind.TYPE for kind in kinds}) == len(kinds)


@pytest.mark.parametrize(
    ("auth", "keeps_logins", "takes_logins", "has_own_logins"),
    [
        (NoAuth(), False, False, False),
        (ApiKey(), False, False, False),
        (BearerToken(), False, False, False),
        (Basic(), False, False, False),
        (Authorization(), False, False, False),
        (Token(), False, False, False),
        (OAuth(), True, True, False),
        (OAuth(credentials="per-key"), True, True, True),
        (OAuth(oauth_flow="client_credentials"), True, False, False),
        (OAuth(oauth_flow="client_credentials", credentials="per-key"), True, False, True),
    ],
)
def test_logins(auth: AuthKind, keeps_logins: bool, takes_logins: bool, has_own_logins: bool) -> None:
    said: tuple[Any, ...] = (auth.keeps_logins, auth.takes_logins, auth.has_own_logins)
    assert said == (keeps_logins, takes_logins, has_own_logins)
