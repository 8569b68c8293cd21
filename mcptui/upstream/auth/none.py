"""Nothing is shown, but what a client brings."""

from __future__ import annotations

from mcptui.model.auth import NoAuth
from mcptui.upstream.auth.authenticator import ConstantAuthenticator


class NoAuthAuthenticator(ConstantAuthenticator[NoAuth]):
    """A client's own credential goes out as ``authorization``."""

    def shown(self, value: str) -> dict[str, str]:
        return {"authorization": value}
