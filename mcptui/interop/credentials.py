"""The credential of one entry, in the many forms in which clients and LiteLLM write it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from mcptui.interop.reading import Reading
from mcptui.interop.values import first, strings
from mcptui.model import BearerToken, OAuth, Server
from mcptui.model.setting import settings_of

_CLIENT_IDS: Final = ("client_id", "clientId", "CLIENT_ID")
_CLIENT_SECRETS: Final = ("client_secret", "clientSecret", "CLIENT_SECRET")


def credentials(reading: Reading, entry: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Server fields for the credential of ``entry``."""
    auth_type = entry.get("auth_type")
    value = first(entry, ("auth_value", "authentication_token"))
    if auth_type == OAuth.TYPE:
        return {"auth_type": auth_type, **_client(reading, entry, name)}
    if isinstance(auth_type, str):
        if auth_type not in settings_of(Server)["auth_type"].choices:
            reading.note(f"{name}: auth_type {auth_type} does not exist here; set its credential by hand")
            return {}
        details: dict[str, Any] = {"auth_type": auth_type}
        if value is not None:
            details["auth_value"] = reading.text(value, "auth_value")
        return details
    token = first(entry, ("authorization_token", "authorization", "bearer_token")) or value
    variable = entry.get("bearer_token_env_var")
    if isinstance(variable, str) and variable:
        token = f"${{env:{variable}}}"
    if token:
        return {"auth_type": BearerToken.TYPE, "auth_value": reading.text(token, "token")}
    settings = next((entry[key] for key in ("oauth", "auth") if isinstance(entry.get(key), Mapping)), None)
    if settings is None or settings.get("enabled") is False:
        return {}
    return {"auth_type": OAuth.TYPE, **_client(reading, settings, name)}


def _client(reading: Reading, settings: Mapping[str, Any], name: str) -> dict[str, Any]:
    """A client that was registered by hand; what is found out by discovery is left out."""
    details: dict[str, Any] = {}
    if identifier := first(settings, _CLIENT_IDS):
        details["oauth_client_id"] = reading.text(identifier, f"{name} client id")
    if secret := first(settings, _CLIENT_SECRETS):
        details["oauth_client_secret"] = reading.text(secret, f"{name} client secret")
    scopes = settings.get("scopes", settings.get("scope"))
    if listed := tuple(scopes.split() if isinstance(scopes, str) else strings(scopes)):
        details["oauth_scopes"] = listed
    if issuer := first(settings, ("issuer",)):
        details["oauth_issuer"] = issuer
    port = settings.get("callbackPort", settings.get("callback_port"))
    if isinstance(port, int) and not isinstance(port, bool) and 0 < port < 65536:
        details["oauth_redirect_port"] = port
    if settings.get("oauth2_flow") == "client_credentials":
        if "oauth_client_id" in details and "oauth_client_secret" in details:
            return {**details, "oauth_flow": "client_credentials"}
        reading.note(f"{name}: client credentials need oauth_client_id and oauth_client_secret")
    else:
        reading.note(f"{name}: log in once it is saved: mcptui server login {name}")
    return details
