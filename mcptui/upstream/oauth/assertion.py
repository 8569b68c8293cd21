"""Assertions that a client signs with its private key to show who it is (RFC 7523 §2.2, OpenID Connect Core §9)."""

from __future__ import annotations

import contextlib
import json
import secrets
import warnings
from collections.abc import Callable
from time import time
from typing import Final, TypeAlias

from joserfc import jwt
from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import ECKey, JWKRegistry, OKPKey, RSAKey

from mcptui.errors import McptuiError
from mcptui.upstream.oauth.grant import Client

SigningKey: TypeAlias = RSAKey | ECKey | OKPKey

#: How long an assertion is good, seconds: for one request.
_LIFE: Final = 300
_EC: Final = {"P-256": "ES256", "P-384": "ES384", "P-521": "ES512"}
_OKP: Final = {"Ed25519": ("EdDSA", "Ed25519"), "Ed448": ("EdDSA", "Ed448")}
_RSA: Final = ("RS256", "PS256", "RS384", "PS384", "RS512", "PS512")
_KINDS: Final = "an RSA, EC (P-256, P-384, P-521) or Ed25519 key as PEM or as JWK"


def client_assertion(client: Client, issuer: str) -> str:
    """A JSON Web Token with which ``client`` shows ``issuer``, and nobody else, who it is.

    The audience is the issuer alone (draft-ietf-oauth-rfc7523bis §4): a token endpoint that another server names
    cannot use the assertion elsewhere.

    Raises:
        McptuiError: the key cannot be used.
    """
    key = _private_key(client.key or "")
    now = int(time())
    header = {"alg": client.signature, "typ": "JWT", **({"kid": key.kid} if key.kid else {})}
    claims = {
        "iss": client.id,
        "sub": client.id,
        "aud": issuer,
        "iat": now,
        "exp": now + _LIFE,
        "jti": secrets.token_urlsafe(16),
    }
    with warnings.catch_warnings():
        # EdDSA is a deprecated name (RFC 9864), and the one that authorization servers know.
        warnings.simplefilter("ignore", SecurityWarning)
        return jwt.encode(header, claims, key, algorithms=[client.signature])


def signature_for(text: str, accepted: tuple[str, ...]) -> str:
    """The algorithm (RFC 7518, RFC 9864) that the key in ``text`` signs with, among those that a server accepts.

    Args:
        text: a private key as PEM or as JWK.
        accepted: algorithms; empty where the server does not say.

    Raises:
        McptuiError: it is no private key, or the server accepts none of its algorithms.
    """
    possible = _algorithms(_private_key(text))
    for algorithm in possible:
        if not accepted or algorithm in accepted:
            return algorithm
    raise McptuiError(
        f"the authorization server accepts no signature of this private key ({', '.join(possible)})",
        hint=f"It accepts {', '.join(accepted)}; oauth_client_key has to be a key for one of them.",
    )


def _algorithms(key: SigningKey) -> tuple[str, ...]:
    if isinstance(key, RSAKey):
        return _RSA
    found = (_EC.get(key.curve_name, ""),) if isinstance(key, ECKey) else _OKP.get(key.curve_name, ("",))
    if not all(found):
        raise _unusable()
    return found


def _private_key(text: str) -> SigningKey:
    # Environment variables often have a PEM in one line, with its line breaks written out.
    text = text if "\n" in text else text.replace("\\n", "\n")
    if text.lstrip().startswith("{"):
        kinds: list[Callable[[str], object]] = [lambda jwk: JWKRegistry.import_key(json.loads(jwk))]
    else:
        kinds = [ECKey.import_key, RSAKey.import_key, OKPKey.import_key]
    for read in kinds:
        with contextlib.suppress(JoseError, ValueError, TypeError):
            key = read(text)
            if isinstance(key, SigningKey) and key.is_private:
                return key
    raise _unusable()


def _unusable() -> McptuiError:
    # What the library says of it may repeat parts of the key.
    return McptuiError("oauth_client_key holds no private key that can sign", hint=f"It has to be {_KINDS}.")
