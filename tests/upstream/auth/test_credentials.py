"""What a client may show to a server in place of the configured credential, and what it may not choose."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from mcptui.upstream.auth.credentials import ClientCredential, digest_of, may_be_sent
from mcptui.upstream.errors import UpstreamError, UpstreamLoginError


def bearer(value: str) -> dict[str, str]:
    return {"authorization": f"Bearer {value}"}


def refusing(value: str) -> dict[str, str]:
    raise UpstreamLoginError("the credential is not user:password", hint="Write both.")


@pytest.mark.parametrize(
    ("name", "may"),
    [
        ("authorization", True),
        ("x-api-key", True),
        ("x-token", True),
        ("cookie", True),
        ("mcpx", True),
        ("a!#$%&'*+-.^_`|~9", True),
        # Of the connection.
        ("host", False),
        ("connection", False),
        ("keep-alive", False),
        ("transfer-encoding", False),
        ("content-length", False),
        ("te", False),
        ("trailer", False),
        ("upgrade", False),
        ("expect", False),
        ("proxy-authorization", False),
        # Of the protocol.
        ("content-type", False),
        ("accept", False),
        ("last-event-id", False),
        ("mcp-session-id", False),
        ("mcp-protocol-version", False),
        ("mcp-", False),
        # No name at all.
        ("", False),
        ("a b", False),
        ("a:b", False),
        ("a\r\nhost", False),
        ("a\n", False),
        ("ä", False),
        # Names come in lower case; another spelling would slip by.
        ("Host", False),
        ("X-Token", False),
    ],
)
def test_headers_that_a_client_may_choose(name: str, may: bool) -> None:
    assert may_be_sent(name) is may
    credential = ClientCredential(named={name: "v"})
    if may:
        assert credential.headers(bearer) == {name: "v"}
    else:
        with pytest.raises(UpstreamLoginError, match="cannot be chosen by a client"):
            credential.headers(bearer)


@pytest.mark.parametrize(
    ("credential", "replaces", "headers"),
    [
        (ClientCredential(), False, {}),
        (ClientCredential(auth="t"), True, {"authorization": "Bearer t"}),
        (ClientCredential(auth=""), True, {"authorization": "Bearer "}),
        (ClientCredential(named={"x-a": "1"}), True, {"x-a": "1"}),
        (ClientCredential(named={}), True, {}),
        (ClientCredential(forwarded={"x-f": "1"}), False, {"x-f": "1"}),
        (ClientCredential(auth="t", named={"x-a": "1"}), True, {"x-a": "1"}),
        (ClientCredential(auth="t", forwarded={"x-f": "1"}), True, {"x-f": "1", "authorization": "Bearer t"}),
        (ClientCredential(auth="t", forwarded={"authorization": "own"}), True, {"authorization": "Bearer t"}),
        (ClientCredential(named={"x-a": "1"}, forwarded={"x-a": "2", "x-f": "3"}), True, {"x-a": "1", "x-f": "3"}),
    ],
)
def test_what_is_shown(credential: ClientCredential, replaces: bool, headers: Mapping[str, str]) -> None:
    assert credential.replaces is replaces
    assert credential.headers(bearer) == headers


def test_a_refusal_says_which_header_it_came_in_and_no_value() -> None:
    with pytest.raises(UpstreamError, match=r"x-mcp-auth: the credential is not user:password") as caught:
        ClientCredential(auth="sk-1").headers(refusing)
    assert caught.value.hint == "Write both."
    assert "sk-1" not in str(caught.value)


def test_equal_credentials_have_equal_digests_and_others_others() -> None:
    different: list[dict[str, Any]] = [
        {},
        {"auth": "t"},
        {"auth": "u"},
        {"named": {}},
        {"named": {"x-a": "t"}},
        {"named": {"x-a": "t", "x-b": "t"}},
        {"forwarded": {"x-a": "t"}},
        {"auth": "t", "named": {"x-a": "t"}},
    ]
    digests = [ClientCredential(**each).digest for each in different]
    assert len(set(digests)) == len(different)
    assert digests == [ClientCredential(**each).digest for each in different]


def test_no_secret_stands_in_a_digest_or_a_repr() -> None:
    credential = ClientCredential(auth="sk-1", named={"x-a": "sk-2"}, forwarded={"x-b": "sk-3"})
    assert "sk-" not in credential.digest + repr(credential)
    assert digest_of("a", "b") != digest_of("ab") != digest_of("a, b")
