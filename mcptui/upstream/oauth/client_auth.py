"""How a client shows at a token endpoint who it is (RFC 6749 §2.3, RFC 7523 §2.2)."""

from __future__ import annotations

import base64
from typing import Final
from urllib.parse import quote

from mcptui.upstream.oauth.grant import Client

#: What an authorization server may ask for and this client can do without a key of its own.
AUTH_METHODS: Final = ("none", "client_secret_basic", "client_secret_post")
#: With one.
PRIVATE_KEY: Final = "private_key_jwt"

_ASSERTION_TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def authenticated(client: Client, issuer: str, parameters: dict[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Form and headers of a request to an endpoint of ``issuer``, with the client's authentication.

    Raises:
        McptuiError: the client's private key cannot be used.
    """
    form = {**parameters, "client_id": client.id}
    if client.auth_method == PRIVATE_KEY and client.key is not None:
        # Signing is rare, and its library slow to load.
        from mcptui.upstream.oauth.assertion import client_assertion

        assertion = client_assertion(client, issuer)
        return {**form, "client_assertion_type": _ASSERTION_TYPE, "client_assertion": assertion}, {}
    if client.secret is None or client.auth_method == "none":
        return form, {}
    if client.auth_method == "client_secret_post":
        return {**form, "client_secret": client.secret}, {}
    pair = f"{quote(client.id, safe='')}:{quote(client.secret, safe='')}"
    # With the client id in the form too: it is no second authentication, and some servers look for it there.
    return form, {"authorization": f"Basic {base64.b64encode(pair.encode()).decode('ascii')}"}
