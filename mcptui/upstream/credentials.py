"""The headers that carry a server's credential, by ``auth_type``."""

from __future__ import annotations

import base64
import re
from typing import Final

from mcptui.model import AuthType
from mcptui.upstream.errors import UpstreamLoginError

_SCHEME: Final = re.compile(r"(bearer|basic|token|digest|negotiate) \S", re.IGNORECASE)


def credential_headers(auth_type: AuthType, value: str) -> dict[str, str]:
    """One header for ``value``; a value that already has its scheme is not wrapped again.

    Raises:
        UpstreamLoginError: ``basic`` without ``user:password``.
    """
    if auth_type == "api_key":
        return {"x-api-key": value}
    has_scheme = _SCHEME.match(value) is not None
    if auth_type in ("bearer_token", "oauth2") and not has_scheme:
        value = f"Bearer {value}"
    elif auth_type == "token" and not has_scheme:
        value = f"token {value}"
    elif auth_type == "basic" and not value.lower().startswith("basic "):
        if ":" not in value or has_scheme:
            raise UpstreamLoginError(
                "the credential for auth_type basic is not user:password", hint="Store it as user:password."
            )
        value = f"Basic {base64.b64encode(value.encode()).decode('ascii')}"
    return {"authorization": value}
