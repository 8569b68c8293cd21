"""The state as plain values: what the file has to say, and no more."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from mcptui.model import GatewaySettings, Group, Key, Server, State
from mcptui.model.auth import BearerToken, NoAuth, OAuth
from mcptui.state.encode import default_paths, encode

HASH = f"sha256:{'0' * 64}"


def test_an_empty_state_says_nothing() -> None:
    assert encode(State()) == {}


def test_with_defaults_every_section_is_there_and_none_is_null() -> None:
    tables = encode(State(), defaults=True)
    assert list(tables) == ["gateway", "secrets", "servers", "groups", "orgs", "teams", "users", "keys", "models"]
    assert tables["gateway"]["port"] == 4000
    assert "survive_app" not in tables["gateway"], "TOML has no null"


@pytest.mark.parametrize(
    ("server", "table"),
    [
        (Server(name="s", url="https://x"), {"url": "https://x"}),
        (
            Server(name="s", command="x", args=("a",), env={"A": "b"}),
            {"command": "x", "args": ["a"], "env": {"A": "b"}},
        ),
        (Server(name="s", url="https://x", allowed_tools=()), {"url": "https://x", "allowed_tools": []}),
        (Server(name="s", url="https://x", prefix=""), {"url": "https://x", "prefix": ""}),
        (Server(name="s", url="https://x", auth=NoAuth()), {"url": "https://x"}),
        (
            Server(name="s", url="https://x", auth=BearerToken(auth_value="${secret:t}")),
            {"url": "https://x", "auth_type": "bearer_token", "auth_value": "${secret:t}"},
        ),
        (
            Server(name="s", url="https://x", auth=OAuth(oauth_scopes=("a", "b"))),
            {"url": "https://x", "auth_type": "oauth2", "oauth_scopes": ["a", "b"]},
        ),
    ],
)
def test_what_is_as_usual_is_not_written(server: Server, table: dict[str, Any]) -> None:
    assert encode(State(servers={"s": server})) == {"servers": {"s": table}}


def test_an_entity_about_which_nothing_is_said_is_there_all_the_same() -> None:
    assert encode(State(groups={"g": Group(name="g")})) == {"groups": {"g": {}}}


def test_globs_by_server_are_arrays_in_a_table() -> None:
    key = Key(name="k", hash=HASH, tools={"files": ("read_*", "!read_secret")}, servers=())
    assert encode(State(keys={"k": key}))["keys"]["k"] == {
        "hash": HASH,
        "servers": [],
        "tools": {"files": ["read_*", "!read_secret"]},
    }


def test_moments_are_written_in_utc() -> None:
    there = datetime(2027, 1, 1, 2, tzinfo=timezone(timedelta(hours=2)))
    (table,) = encode(State(keys={"k": Key(name="k", hash=HASH, expires=there)}))["keys"].values()
    assert table["expires"] == datetime(2027, 1, 1, tzinfo=UTC)
    assert table["expires"].tzinfo is UTC


def test_the_order_is_that_of_the_state_and_of_the_settings() -> None:
    servers = {name: Server(name=name, url=f"https://{name}") for name in ("b", "a")}
    tables = encode(State(gateway=GatewaySettings(separator="-", port=1), servers=servers))
    assert list(tables) == ["gateway", "servers"]
    assert list(tables["gateway"]) == ["port", "separator"]
    assert list(tables["servers"]) == ["b", "a"]


def test_the_paths_of_defaults_are_those_of_settings_that_have_them() -> None:
    server = Server(name="a", url="http://a", timeout=9.0, auth=OAuth(oauth_client_id="me"))
    names = ["timeout", "transport", "oauth_client_id", "oauth_scopes", "auth_value", "name"]
    assert set(default_paths(server, ("servers", "b"), names)) == {
        ("servers", "b", "transport"),
        ("servers", "b", "oauth_scopes"),
        ("servers", "b", "auth_value"),
    }
