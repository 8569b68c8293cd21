from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcptui.model import Server
from mcptui.model.auth import NoAuth, OAuth
from mcptui.model.server import Environment
from mcptui.tui.servers.form_model import Checked, check, server_texts
from mcptui.tui.settings.fields import Texts
from tests.support.scenes import data

NOW: Final = datetime(2026, 11, 22, tzinfo=UTC)
URL: Final = {**server_texts(), "name": "web", "target": "https://example.com/mcp"}


def checked(texts: Texts, base: Server | None = None, taken: frozenset[str] = frozenset()) -> Checked:
    return check(texts, base, taken, NOW)


def form(**texts: Any) -> Texts:
    """What stands in the form of a server with a URL."""
    return {**URL, **texts}


@pytest.mark.parametrize("server", data.SERVERS, ids=lambda server: server.name)
def test_an_unchanged_form_gives_the_same_server(server: Server) -> None:
    found = checked(server_texts(server), server)
    assert found.server == server
    assert found.problems == {}


@given(
    args=st.lists(st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), max_size=20), max_size=4),
    prefix=st.sampled_from([None, "", "p"]),
    timeout=st.floats(0.5, 1000).map(lambda value: round(value, 1)),
)
def test_commands_survive_the_form(args: list[str], prefix: str | None, timeout: float) -> None:
    server = Server(name="x", command="run it", args=tuple(args), prefix=prefix, timeout=timeout)
    assert checked(server_texts(server), server).server == server


def test_an_emptied_number_is_the_default() -> None:
    found = checked(form(max_concurrent="", timeout=" "))
    assert found.server is not None
    assert (found.server.max_concurrent, found.server.timeout) == (100, 60.0)


@pytest.mark.parametrize(
    ("texts", "field"),
    [
        (form(name=""), "name"),
        (form(name="mcp"), "name"),
        (form(name="taken"), "name"),
        (form(target="  "), "target"),
        (form(target="ftp://example.com"), "target"),
        (form(target="http://"), "target"),
        (form(target="npx 'half"), "target"),
        (form(target="''"), "target"),
        (form(timeout="soon"), "timeout"),
        (form(timeout="0"), "timeout"),
        (form(timeout="inf"), "timeout"),
        (form(timeout="nan"), "timeout"),
        (form(headers=(("X Team", "a"),)), "headers"),
        (form(forward_headers="X-A, X B"), "forward_headers"),
        (form(auth_type="oauth2", oauth_issuer="issuer.example"), "oauth_issuer"),
        (form(auth_type="oauth2", oauth_client_metadata_url="ftp://x.example"), "oauth_client_metadata_url"),
        (form(auth_type="oauth2", oauth_redirect_port="65536"), "oauth_redirect_port"),
        (form(max_timeout="-1"), "max_timeout"),
        (form(max_concurrent="0"), "max_concurrent"),
        (form(target="npx x", max_processes="²"), "max_processes"),
    ],
)
def test_problems_stand_at_their_field(texts: Texts, field: str) -> None:
    found = checked(texts, taken=frozenset({"taken"}))
    assert found.server is None
    assert list(found.problems) == [field]


def test_what_the_form_has_no_field_for_stays() -> None:
    base = Server(name="web", url="https://old.example/mcp", enabled=False)
    server = checked(URL, base).server
    assert server is not None
    assert server.url == "https://example.com/mcp"
    assert not server.enabled


@given(
    allowed=st.sampled_from([None, (), ("read_*",), ("a", "b")]),
    denied=st.sampled_from([(), ("delete_*",)]),
    port=st.none() | st.integers(1, 65535),
    number=st.integers(1, 10**8),
    scopes=st.sampled_from([(), ("read",), ("read", "write")]),
    environment=st.sampled_from([None, "dev", "prod"]),
    everybody=st.booleans(),
)
def test_every_setting_survives_the_form(
    allowed: tuple[str, ...] | None,
    denied: tuple[str, ...],
    port: int | None,
    number: int,
    scopes: tuple[str, ...],
    environment: Environment | None,
    everybody: bool,
) -> None:
    server = Server(
        name="web",
        url="https://example.com/mcp",
        auth=OAuth(
            oauth_flow="client_credentials",
            credentials="per-key",
            oauth_client_id="mine",
            oauth_client_secret="${secret:server/web/oauth-client}",
            oauth_issuer="https://issuer.example",
            oauth_redirect_port=port,
            oauth_scopes=scopes,
        ),
        allowed_tools=allowed,
        disallowed_tools=denied,
        forward_headers=("X-Request-Id",),
        max_concurrent=number,
        max_processes=number,
        max_timeout=float(number),
        isolation="shared",
        environment=environment,
        allow_all_keys=everybody,
    )
    assert checked(server_texts(server)).server == server


def test_empty_rows_and_blanks_do_not_count() -> None:
    server = checked(form(headers=(("", ""), (" X-Team ", "docs")), tags=" a, ,b ", cwd="  ", auth_value=" ")).server
    assert server is not None
    assert server.headers == {"X-Team": "docs"}
    assert server.tags == ("a", "b")
    assert server.cwd is None
    assert server.auth == NoAuth()


@pytest.mark.parametrize(("text", "prefix"), [("", None), ("-", ""), ("docs", "docs")])
def test_prefixes(text: str, prefix: str | None) -> None:
    server = checked(form(prefix=text)).server
    assert server is not None
    assert server.prefix == prefix
