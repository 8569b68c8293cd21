"""Sealed request states: what a stateless client carries for us between two requests, and cannot read or forge."""

from __future__ import annotations

import base64
import hashlib
import os
import time
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from mcptui.protocol import jsonrpc
from mcptui.protocol.errors import RpcError, invalid_params

#: How long a client may take for an answer, seconds.
LIFETIME: Final = 600.0


class Sealer:
    """AES-256-GCM with a key that lives as long as the process."""

    def __init__(self) -> None:
        self._cipher = AESGCM(AESGCM.generate_key(256))

    def seal(self, value: Any, binding: str) -> str:
        """``value`` as an opaque text that only opens again with the same ``binding``."""
        nonce = os.urandom(12)
        plain = jsonrpc.encode({"v": value, "exp": time.time() + LIFETIME})
        return base64.urlsafe_b64encode(nonce + self._cipher.encrypt(nonce, plain, _bytes(binding))).decode("ascii")

    def open(self, sealed: Any, binding: str) -> Any:
        """The value, if it was sealed here for ``binding`` and has not expired.

        Raises:
            RpcError: -32602, the same for every cause (basic/patterns/mrtr).
        """
        try:
            raw = base64.b64decode(sealed, altchars=b"-_", validate=True)
            content = jsonrpc.decode(self._cipher.decrypt(raw[:12], raw[12:], _bytes(binding)))
        except (TypeError, ValueError, InvalidTag):
            raise bad_state() from None
        if content["exp"] < time.time():
            raise bad_state()
        return content["v"]


def _bytes(binding: str) -> bytes:
    """Whatever a client calls a method can be bound to."""
    return binding.encode("utf-8", "surrogatepass")


def bad_state() -> RpcError:
    """The answer to a requestState that is forged, foreign, expired, or from before a restart."""
    return invalid_params("requestState is not valid (any more); send the request again without it")


def binding(principal: str, server: str, method: str, params: dict[str, Any]) -> str:
    """What a state is bound to: who, where, and which request."""
    salient = {key: value for key, value in params.items() if key not in ("_meta", "requestState", "inputResponses")}
    digest = hashlib.sha256(jsonrpc.canonical(salient)).hexdigest()
    return "\0".join((principal, server, method, digest))
