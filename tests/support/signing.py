"""Private keys of every kind that a client may sign with, and what reads what they have signed."""

from __future__ import annotations

import warnings
from typing import Any, Final

from joserfc import jwt
from joserfc.errors import SecurityWarning
from joserfc.jwk import ECKey, OKPKey, RSAKey

_KEYS: Final[dict[str, RSAKey | ECKey | OKPKey]] = {
    "RS256": RSAKey.generate_key(2048),
    "ES256": ECKey.generate_key("P-256"),
    "ES384": ECKey.generate_key("P-384"),
    "ES512": ECKey.generate_key("P-521"),
    "EdDSA": OKPKey.generate_key("Ed25519"),
}
#: By the algorithm that the key signs with where nothing else is said.
PEM: Final = {name: key.as_pem(private=True).decode() for name, key in _KEYS.items()}
JWK: Final[dict[str, dict[str, Any]]] = {name: dict(key.as_dict(private=True)) for name, key in _KEYS.items()}
PUBLIC: Final = {name: key.as_pem(private=False).decode() for name, key in _KEYS.items()}


def claims_of(token: str, pem: str, algorithm: str) -> dict[str, Any]:
    """What a JSON Web Token says, its signature checked with the key in ``pem``."""
    key = next(key for name, key in _KEYS.items() if PEM[name] == pem)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SecurityWarning)  # as EdDSA is an old name
        return dict(jwt.decode(token, key, algorithms=[algorithm]).claims)
