"""The header ``x-api-key``."""

from __future__ import annotations

from mcptui.model.auth import ApiKey
from mcptui.upstream.auth.authenticator import ConstantAuthenticator


class ApiKeyAuthenticator(ConstantAuthenticator[ApiKey]):
    """The value as it is."""

    def shown(self, value: str) -> dict[str, str]:
        return {"x-api-key": value}
