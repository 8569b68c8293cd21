"""``authorization: Bearer …`` (RFC 6750 §2.1)."""

from __future__ import annotations

from mcptui.model.auth import BearerToken
from mcptui.upstream.auth.authenticator import ConstantAuthenticator
from mcptui.upstream.auth.scheme import with_scheme


class BearerTokenAuthenticator(ConstantAuthenticator[BearerToken]):
    """The value behind its scheme."""

    def shown(self, value: str) -> dict[str, str]:
        return with_scheme("Bearer", value)
