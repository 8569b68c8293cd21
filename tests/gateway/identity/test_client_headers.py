from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcptui.gateway.identity.client_headers import (
    ClientHeaders,
    forwarded_plain,
    forwarded_secrets,
    read_client_headers,
)
from mcptui.model import Server
from mcptui.model.names import SERVER_NAME, name_in_headers
from mcptui.upstream.auth.credentials import ClientCredential

SERVERS = ("git", "git-hub", "files")


def read(
    headers: dict[str, str], *forwarded: str, with_key: bool = True, servers: Collection[str] = SERVERS
) -> ClientHeaders | None:
    return read_client_headers(
        {name: [value] for name, value in headers.items()},
        servers,
        forwarded,
        with_key=with_key,
        is_key=lambda value: "sk-own" in value,
    )


def server(name: str = "git", **more: Any) -> Server:
    return Server(name=name, url="http://x", **more)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"authorization": "Bearer sk", "x-request-id": "1", "x-mcp-servers": "git"},
        {"x-mcp-unknown-authorization": "B"},
        {"x-mcp-auth": "Bearer sk-own"},
        {"x-mcp-git-authorization": "sk-own"},
    ],
)
def test_nothing_for_servers(headers: dict[str, str]) -> None:
    assert read(headers) is None


def test_the_longest_name_is_meant() -> None:
    found = read({"x-mcp-git-hub-x-token": "1", "x-mcp-git-x-token": "2", "x-mcp-git-tenant": "3"})
    assert found is not None
    assert found.named == {"git-hub": {"x-token": "1"}, "git": {"x-token": "2", "tenant": "3"}}


@pytest.mark.parametrize(
    ("header", "server", "rest"),
    [
        ("x-mcp-my-authorization", "my", "authorization"),
        ("x-mcp-my-under-authorization", "my_under", "authorization"),
        ("x-mcp-my_under-authorization", "my_under", "authorization"),
        ("x-mcp-my-under-x_token", "my_under", "x_token"),
        ("x-mcp-my-under-score-a", "my-under_score", "a"),
        ("x-mcp-my_under_score-a", "my-under_score", "a"),
        ("x-mcp-my-underauthorization", "my", "underauthorization"),
        ("x-mcp-my_under", "my", "under"),
        ("x-mcp-one-two-a", None, ""),
        ("x-mcp-one_two-a", None, ""),
        ("x-mcp-other-a", None, ""),
    ],
)
def test_dash_and_underscore_are_alike_in_the_name_of_a_server(header: str, server: str | None, rest: str) -> None:
    found = read({header: "v"}, servers=("my", "my_under", "my-under_score", "one-two", "one_two"))
    assert (None if found is None else found.named) == (None if server is None else {server: {rest: "v"}})


NAME = st.from_regex(SERVER_NAME, fullmatch=True)


@given(st.lists(NAME, min_size=1, max_size=6, unique_by=name_in_headers), st.data())
def test_a_credential_goes_to_the_server_that_its_header_names(names: list[str], data: st.DataObject) -> None:
    meant = data.draw(st.sampled_from(names))
    # As programs on the way may write it.
    written = "".join(data.draw(st.sampled_from("-_")) if each in "-_" else each for each in meant)
    found = read({f"x-mcp-{written}-authorization": "v"}, servers=names)
    assert found is not None
    ((server, sent),) = found.named.items()
    # Only a longer name, of which that header is one too, comes before.
    assert server == meant or name_in_headers(server).startswith(name_in_headers(meant) + "-")
    if server == meant:
        assert sent == {"authorization": "v"}


def test_a_header_for_one_server_wins_over_the_one_for_all() -> None:
    found = read({"x-mcp-auth": "Bearer A", "x-mcp-git-x-token": "T"})
    assert found is not None
    assert found.credential(server()) == ClientCredential(named={"x-token": "T"})
    assert found.credential(server("files")) == ClientCredential(auth="Bearer A")


def test_a_process_takes_no_headers() -> None:
    process = Server(name="files", command="x")
    everywhere, named = read({"x-mcp-auth": "A"}), read({"x-mcp-files-token": "A"})
    assert everywhere is not None
    assert everywhere.credential(process) is None, "it is for all servers that have headers"
    assert named is not None
    assert named.credential(process) == ClientCredential(named={"token": "A"}), "refused when it connects"


def test_forwarded_secrets_go_where_they_are_wanted() -> None:
    wanting = server(forward_headers=("X-Token", "X-Trace"))
    found = read({"x-token": "T", "x-trace": "1"}, *forwarded_secrets([wanting, server("files")]))
    assert found is not None
    assert found.credential(wanting) == ClientCredential(forwarded={"x-token": "T"})
    assert found.credential(server("files")) is None


@pytest.mark.parametrize(
    ("headers", "with_key", "arrives"),
    [
        ({"authorization": "Bearer X"}, True, False),
        ({"authorization": "Bearer X", "x-litellm-api-key": "K"}, True, True),
        ({"authorization": "Bearer X", "x-mcptui-key": "K"}, True, True),
        ({"authorization": "Bearer X"}, False, True),
        ({"authorization": "Bearer sk-own", "x-mcptui-key": "K"}, True, False),
    ],
)
def test_authorization_is_forwarded_where_it_is_not_the_key(
    headers: dict[str, str], with_key: bool, arrives: bool
) -> None:
    assert (read(headers, "authorization", with_key=with_key) is not None) == arrives


def test_what_is_forwarded_at_all() -> None:
    wanted = (
        "Authorization", "X-Litellm-Api-Key", "x-mcptui-key", "X-Mcp-Auth", "Host", "Mcp-Session-Id", "X-Trace",
        "content-length", "bad name",
    )  # fmt: skip
    config = server(forward_headers=wanted)
    assert forwarded_secrets([config]) == {"authorization"}
    headers = {name.lower(): ["1", "2"] for name in wanted}
    assert forwarded_plain(config, headers) == {"x-trace": "1, 2"}


def test_equal_credentials_have_equal_digests_that_show_nothing() -> None:
    one, same, other = read({"x-mcp-auth": "A"}), read({"x-mcp-auth": "A"}), read({"x-mcp-auth": "B"})
    assert one is not None
    assert same is not None
    assert other is not None
    assert one.digest == same.digest != other.digest
    assert one.credential(server()).digest == same.credential(server()).digest  # type: ignore[union-attr]
    secret = read({"x-mcp-auth": "canary", "x-mcp-git-token": "canary", "x-token": "canary"}, "x-token")
    assert "canary" not in repr(secret) + repr(secret.credential(server()))  # type: ignore[union-attr]
