"""``authorization: Basic …`` (RFC 7617)."""

from __future__ import annotations

import base64

from mcptui.model.auth import Basic
from mcptui.upstream.auth.authenticator import ConstantAuthenticator
from mcptui.upstream.auth.scheme import has_scheme
from mcptui.upstream.errors import UpstreamLoginError


class BasicAuthenticator(ConstantAuthenticator[Basic]):
    """``user:password``, encoded; a value that is encoded already stays."""

    def shown(self, value: str) -> dict[str, str]:
        if value.lower().startswith("basic "):
            return {"authorization": value}
        if ":" not in value or has_scheme(value):
            raise UpstreamLoginError(
                "the credential for auth_type basic is not user:password", hint="It has to be user:password."
            )
        return {"authorization": f"Basic {base64.b64encode(value.encode()).decode('ascii')}"}
