"""How a client shows who it is."""

from __future__ import annotations

import base64
import json
from dataclasses import replace

import pytest

from mcptui.upstream.oauth.client_auth import authenticated
from mcptui.upstream.oauth.grant import Client
from tests.support.signing import PEM, claims_of

ISSUER = "https://login.example"


def test_a_public_client_names_itself() -> None:
    assert authenticated(Client(id="c"), ISSUER, {"a": "b"}) == ({"a": "b", "client_id": "c"}, {})


@pytest.mark.parametrize("method", ["none", "client_secret_post"])
def test_a_secret_goes_into_the_form_only_by_that_method(method: str) -> None:
    form, headers = authenticated(Client(id="c", secret="sk-1", auth_method=method), ISSUER, {})
    assert ("client_secret" in form) is (method == "client_secret_post")
    assert headers == {}


def test_a_secret_goes_into_a_header_quoted() -> None:
    form, headers = authenticated(
        Client(id="a:b", secret="sk/1 ü", auth_method="client_secret_basic"), ISSUER, {"grant_type": "x"}
    )
    assert form == {"grant_type": "x", "client_id": "a:b"}
    pair = base64.b64decode(headers["authorization"].removeprefix("Basic ")).decode()
    assert pair == "a%3Ab:sk%2F1%20%C3%BC"


def test_a_key_signs_and_stays_here() -> None:
    client = Client(id="c", key=PEM["ES256"], signature="ES256", auth_method="private_key_jwt")
    form, headers = authenticated(client, ISSUER, {"grant_type": "x"})
    assert headers == {}
    assert form["client_id"] == "c"
    assert form["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    assert claims_of(form["client_assertion"], PEM["ES256"], "ES256")["aud"] == ISSUER
    assert "PRIVATE" not in json.dumps(form)
    assert "PRIVATE" not in repr(client)
    # Every request has an assertion of its own, so that it cannot be used twice.
    assert authenticated(client, ISSUER, {})[0]["client_assertion"] != form["client_assertion"]
    assert "client_secret" not in authenticated(replace(client, secret="sk-1"), ISSUER, {})[0]
