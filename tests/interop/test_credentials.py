"""The credential of an entry in the forms in which programs write it, and what a person has to know about it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mcptui.interop.credentials import credentials
from mcptui.interop.reading import Found, Reading
from mcptui.interop.sources import read_source
from mcptui.model import Server
from mcptui.model.auth import NoAuth
from mcptui.model.setting import values_of

LOG_IN = "a: log in once it is saved: mcptui server login a"


@pytest.mark.parametrize(
    ("entry", "fields"),
    [
        ({}, {}),
        ({"auth_type": "none"}, {"auth_type": "none"}),
        ({"auth_type": "api_key", "auth_value": "v"}, {"auth_type": "api_key", "auth_value": "v"}),
        ({"auth_type": "api_key", "authentication_token": "v"}, {"auth_type": "api_key", "auth_value": "v"}),
        ({"auth_type": "api_key"}, {"auth_type": "api_key"}),
        ({"auth_type": "basic", "auth_value": "${USER}:pw"}, {"auth_type": "basic", "auth_value": "${env:USER}:pw"}),
        ({"authorization_token": "t"}, {"auth_type": "bearer_token", "auth_value": "t"}),
        ({"authorization": "t"}, {"auth_type": "bearer_token", "auth_value": "t"}),
        ({"bearer_token": "t"}, {"auth_type": "bearer_token", "auth_value": "t"}),
        ({"auth_value": "t"}, {"auth_type": "bearer_token", "auth_value": "t"}),
        ({"bearer_token": "", "auth_value": "t"}, {"auth_type": "bearer_token", "auth_value": "t"}),
        ({"bearer_token_env_var": "T"}, {"auth_type": "bearer_token", "auth_value": "${env:T}"}),
        ({"bearer_token_env_var": "T", "bearer_token": "t"}, {"auth_type": "bearer_token", "auth_value": "${env:T}"}),
        ({"bearer_token_env_var": ""}, {}),
        ({"authorization": {"type": "oauth"}}, {}),
        ({"oauth": True}, {}),
        ({"auth": {"enabled": False, "clientId": "c"}}, {}),
    ],
)
def test_credentials_that_need_no_remark(entry: dict[str, Any], fields: dict[str, Any]) -> None:
    reading = Reading(set())
    assert credentials(reading, entry, "a") == fields
    assert reading.notes == []


@pytest.mark.parametrize(
    ("entry", "fields", "note"),
    [
        ({"auth_type": "oauth2"}, {}, LOG_IN),
        ({"oauth": {}}, {}, LOG_IN),
        (
            {"auth": {"CLIENT_ID": "c", "CLIENT_SECRET": "s"}},
            {"oauth_client_id": "c", "oauth_client_secret": "s"},
            LOG_IN,
        ),
        ({"oauth": {"scopes": ["x", "y"]}}, {"oauth_scopes": ("x", "y")}, LOG_IN),
        ({"oauth": {"scope": " x  y "}}, {"oauth_scopes": ("x", "y")}, LOG_IN),
        ({"oauth": {"scopes": []}}, {}, LOG_IN),
        ({"oauth": {"issuer": "https://login"}}, {"oauth_issuer": "https://login"}, LOG_IN),
        ({"oauth": {"callback_port": 1}}, {"oauth_redirect_port": 1}, LOG_IN),
        ({"oauth": {"callbackPort": 65_535}}, {"oauth_redirect_port": 65_535}, LOG_IN),
        ({"oauth": {"callbackPort": 65_536}}, {}, LOG_IN),
        ({"oauth": {"callbackPort": 0}}, {}, LOG_IN),
        ({"oauth": {"callbackPort": "3118"}}, {}, LOG_IN),
        (
            {"auth_type": "oauth2", "oauth2_flow": "client_credentials", "client_id": "c", "client_secret": "s"},
            {"oauth_flow": "client_credentials", "oauth_client_id": "c", "oauth_client_secret": "s"},
            None,
        ),
        (
            {"auth_type": "oauth2", "oauth2_flow": "client_credentials", "client_id": "c"},
            {"oauth_client_id": "c"},
            "a: client credentials need oauth_client_id and oauth_client_secret",
        ),
    ],
)
def test_logins(entry: dict[str, Any], fields: dict[str, Any], note: str | None) -> None:
    reading = Reading(set())
    assert credentials(reading, entry, "a") == {"auth_type": "oauth2", **fields}
    assert reading.notes == ([] if note is None else [note])


def test_a_kind_that_does_not_exist_here_is_said_and_its_credential_is_not_kept() -> None:
    reading = Reading(set())
    assert credentials(reading, {"auth_type": "aws_sigv4", "auth_value": "v"}, "a") == {}
    assert reading.notes == ["a: auth_type aws_sigv4 does not exist here; set its credential by hand"]


def said(found: Found) -> dict[str, Any]:
    """What differs from a server about which nothing is said."""
    usual = values_of(Server(name=""))
    return {name: value for name, value in values_of(found.server).items() if value != usual[name]}


@pytest.mark.parametrize(
    ("oauth", "fields"),
    [
        ({"clientId": "a", "callbackPort": 3118}, {"oauth_client_id": "a", "oauth_redirect_port": 3118}),
        ({"client_id": "a", "scope": "x y"}, {"oauth_client_id": "a", "oauth_scopes": ("x", "y")}),
        ({"clientSecret": "${SECRET}"}, {"oauth_client_secret": "${env:SECRET}"}),
        ({"oauth2_flow": "client_credentials"}, {}),
        ({"callbackPort": True}, {}),
    ],
)
def test_registered_clients(oauth: dict[str, Any], fields: dict[str, Any]) -> None:
    text = json.dumps({"a": {"url": "https://a.example/mcp", "oauth": oauth}})
    (found,) = read_source(text).found
    assert said(found) == {"url": "https://a.example/mcp", "auth_type": "oauth2", **fields}
    assert len(found.notes) == 1


def test_no_login_where_it_is_switched_off() -> None:
    text = json.dumps({"a": {"url": "https://a.example/mcp", "oauth": {"enabled": False}}, "b": {"url": "https://b/"}})
    assert [found.server.auth for found in read_source(text).found] == [NoAuth(), NoAuth()]
