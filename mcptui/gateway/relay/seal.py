"""Sealed request states: what a stateless client carries for us between two requests, and cannot read or forge."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import os
import time
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from mcptui.protocol import jsonrpc
from mcptui.protocol.errors import RpcError, invalid_params

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

#: How long a client may take for an answer, seconds.
LIFETIME: Final = 600.0


class Sealer:
    """AES-256-GCM.

    Args:
        keys: the first seals, all open; one at least, of 32 bytes each.
    """

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._keys = tuple(keys)

    @cached_property
    def _ciphers(self) -> tuple[AESGCM, ...]:
        # Seven megabytes, which a gateway whose servers ask nothing never needs.
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        return tuple(AESGCM(key) for key in self._keys)

    def seal(self, value: Any, binding: str) -> str:
        """``value`` as an opaque text that only opens again with the same ``binding``."""
        nonce = os.urandom(12)
        plain = jsonrpc.encode({"v": value, "exp": time.time() + LIFETIME})
        return base64.urlsafe_b64encode(nonce + self._ciphers[0].encrypt(nonce, plain, _bytes(binding))).decode("ascii")

    def open(self, sealed: Any, binding: str) -> Any:
        """The value, if it was sealed here for ``binding`` and has not expired.

        Raises:
            RpcError: -32602, the same for every cause (basic/patterns/mrtr).
        """
        try:
            raw = base64.b64decode(sealed, altchars=b"-_", validate=True)
            content = jsonrpc.decode(self._decrypt(raw[:12], raw[12:], _bytes(binding)))
        except (TypeError, ValueError):
            raise bad_state() from None
        if content["exp"] < time.time():
            raise bad_state()
        return content["v"]

    def _decrypt(self, nonce: bytes, data: bytes, bound: bytes) -> bytes:
        from cryptography.exceptions import InvalidTag

        for cipher in self._ciphers:
            with contextlib.suppress(InvalidTag):
                return cipher.decrypt(nonce, data, bound)
        raise bad_state()


class RequestSeals:
    """Seals for the client of one request.

    Args:
        sealer: of the gateway.
        bind: what the states are bound to; asked for only where there is one.
    """

    __slots__ = ("_bind", "_sealer")

    def __init__(self, sealer: Sealer, bind: Callable[[], str]) -> None:
        self._sealer = sealer
        self._bind = bind

    def seal(self, value: Any) -> str:
        """As of :class:`Sealer`."""
        return self._sealer.seal(value, self._bind())

    def open(self, sealed: Any) -> Any:
        """As of :class:`Sealer`.

        Raises:
            RpcError: as there.
        """
        return self._sealer.open(sealed, self._bind())


def _bytes(binding: str) -> bytes:
    """Whatever a client calls a method can be bound to."""
    return binding.encode("utf-8", "surrogatepass")


def bad_state() -> RpcError:
    """The answer to a requestState that is forged, foreign or expired."""
    return invalid_params("requestState is not valid (any more); send the request again without it")


def binding(principal: str, server: str, method: str, params: dict[str, Any]) -> str:
    """What a state is bound to: who, where, and which request."""
    salient = {key: value for key, value in params.items() if key not in ("_meta", "requestState", "inputResponses")}
    digest = hashlib.sha256(jsonrpc.canonical(salient)).hexdigest()
    return "\0".join((principal, server, method, digest))
