"""``authorization: token …``, as GitHub has it."""

from __future__ import annotations

from mcptui.model.auth import Token
from mcptui.upstream.auth.authenticator import ConstantAuthenticator
from mcptui.upstream.auth.scheme import with_scheme


class TokenAuthenticator(ConstantAuthenticator[Token]):
    """The value behind its scheme."""

    def shown(self, value: str) -> dict[str, str]:
        return with_scheme("token", value)
