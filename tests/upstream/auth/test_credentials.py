from __future__ import annotations

import pytest

from mcptui.model import AuthType
from mcptui.upstream.auth.credentials import credential_headers
from mcptui.upstream.errors import UpstreamLoginError


@pytest.mark.parametrize(
    ("auth_type", "value", "header"),
    [
        ("api_key", "abc", ("x-api-key", "abc")),
        ("bearer_token", "abc", ("authorization", "Bearer abc")),
        ("bearer_token", "Bearer abc", ("authorization", "Bearer abc")),
        ("bearer_token", "bearer abc", ("authorization", "bearer abc")),
        ("bearer_token", "bearerabc", ("authorization", "Bearer bearerabc")),
        ("oauth2", "abc", ("authorization", "Bearer abc")),
        ("token", "abc", ("authorization", "token abc")),
        ("token", "Token abc", ("authorization", "Token abc")),
        ("authorization", "Custom abc", ("authorization", "Custom abc")),
        ("authorization", "abc", ("authorization", "abc")),
        ("basic", "user:pass", ("authorization", "Basic dXNlcjpwYXNz")),
        ("basic", "user:pä:ss", ("authorization", "Basic dXNlcjpww6Q6c3M=")),
        ("basic", "Basic dXNlcjpwYXNz", ("authorization", "Basic dXNlcjpwYXNz")),
        ("basic", "basic:pass", ("authorization", "Basic YmFzaWM6cGFzcw==")),
    ],
)
def test_one_header(auth_type: AuthType, value: str, header: tuple[str, str]) -> None:
    assert credential_headers(auth_type, value) == dict([header])


@pytest.mark.parametrize("value", ["dXNlcjpwYXNz", "", "Bearer a:b"])
def test_basic_needs_user_and_password(value: str) -> None:
    with pytest.raises(UpstreamLoginError, match="user:password") as caught:
        credential_headers("basic", value)
    assert value not in str(caught.value) or not value
