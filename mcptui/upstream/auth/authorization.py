"""The header ``authorization`` as it is configured."""

from __future__ import annotations

from mcptui.model.auth import Authorization
from mcptui.upstream.auth.authenticator import ConstantAuthenticator


class AuthorizationAuthenticator(ConstantAuthenticator[Authorization]):
    """The value with its scheme."""

    def shown(self, value: str) -> dict[str, str]:
        return {"authorization": value}
