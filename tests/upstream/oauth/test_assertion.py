"""Assertions that a client signs."""

from __future__ import annotations

import json

import pytest
from joserfc import jws

from mcptui.errors import McptuiError
from mcptui.upstream.oauth import assertion as module
from mcptui.upstream.oauth.assertion import client_assertion, signature_for
from mcptui.upstream.oauth.grant import Client
from tests.support.signing import JWK, PEM, PUBLIC, claims_of

ISSUER = "https://login.example/tenant"


@pytest.mark.parametrize("name", PEM)
@pytest.mark.parametrize("form", ["pem", "pem in one line", "jwk"])
def test_every_kind_of_key_signs(name: str, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "time", lambda: 1000.9)
    forms = {"pem": PEM[name], "pem in one line": PEM[name].replace("\n", "\\n"), "jwk": json.dumps(JWK[name])}
    key = forms[form]
    assert signature_for(key, ()) == name
    token = client_assertion(Client(id="c", key=key, signature=name), ISSUER)
    claims = claims_of(token, PEM[name], name)
    assert len(claims.pop("jti")) > 15
    assert claims == {"iss": "c", "sub": "c", "aud": ISSUER, "iat": 1000, "exp": 1300}


def test_the_id_of_a_key_is_told() -> None:
    named = json.dumps(JWK["ES256"] | {"kid": "k1"})
    for key, header in (
        (named, {"alg": "ES256", "typ": "JWT", "kid": "k1"}),
        (PEM["ES256"], {"alg": "ES256", "typ": "JWT"}),
    ):
        token = client_assertion(Client(id="c", key=key, signature="ES256"), ISSUER)
        assert jws.extract_compact(token.encode()).headers() == header


@pytest.mark.parametrize(
    ("key", "accepted", "taken"),
    [
        ("RS256", ("ES256", "PS256"), "PS256"),
        ("RS256", ("PS512", "RS512"), "RS512"),
        ("EdDSA", ("Ed25519",), "Ed25519"),
        ("ES384", ("ES256", "ES384"), "ES384"),
    ],
)
def test_an_algorithm_is_taken_that_the_server_accepts(key: str, accepted: tuple[str, ...], taken: str) -> None:
    assert signature_for(PEM[key], accepted) == taken
    token = client_assertion(Client(id="c", key=PEM[key], signature=taken), ISSUER)
    assert claims_of(token, PEM[key], taken)["sub"] == "c"


def test_a_key_of_another_kind_than_the_server_accepts() -> None:
    with pytest.raises(McptuiError, match=r"accepts no signature of this private key \(ES256\)") as caught:
        signature_for(PEM["ES256"], ("RS256", "PS256"))
    assert "RS256, PS256" in (caught.value.hint or "")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a word",
        "{",
        "{}",
        "[1]",
        '{"kty": "oct", "k": "c2VjcmV0LXRoYXQtaXMtc2hhcmVk"}',
        '{"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA", "d": "AA"}',
        '{"kty": 7}',
        "-----BEGIN PRIVATE KEY-----\nAA\n-----END PRIVATE KEY-----",
        PUBLIC["ES256"],
        PUBLIC["RS256"],
        json.dumps({name: value for name, value in JWK["ES256"].items() if name != "d"}),
    ],
)
def test_what_is_no_private_key_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(McptuiError, match="holds no private key") as caught:
        signature_for(text, ())
    assert "PEM" in (caught.value.hint or "")
    assert caught.value.__cause__ is None
