"""Requests to a token endpoint (RFC 6749) and to the revocation endpoint beside it (RFC 7009)."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import quote

from mcptui.protocol.text import one_line
from mcptui.upstream.errors import UpstreamError, public_url
from mcptui.upstream.oauth.errors import LoginNeededError, OAuthError
from mcptui.upstream.oauth.grant import Client, Grant
from mcptui.upstream.oauth.guarded import Answer, GuardedHttp

#: What an authorization server may ask for and this client can do.
AUTH_METHODS = ("none", "client_secret_basic", "client_secret_post")


async def request_token(http: GuardedHttp, url: str, client: Client, parameters: dict[str, str]) -> dict[str, Any]:
    """The answer of the token endpoint.

    Raises:
        LoginNeededError: the grant is refused (invalid_grant): expired, revoked, or used already.
        OAuthError: another refusal.
        UpstreamError: it cannot be reached, or has a problem.
    """
    form, headers = _authenticated(client, parameters)
    answer = await http.post(url, "the token endpoint", form=form, headers=headers)
    value = answer.json()
    if answer.status in (200, 201) and "error" not in value:
        return value
    raise _refusal(url, answer, value)


async def revoke(http: GuardedHttp, grant: Grant) -> None:
    """Have the grant's tokens forgotten, where the authorization server can do that."""
    if grant.revocation_endpoint is None:
        return
    for token, kind in ((grant.refresh_token, "refresh_token"), (grant.access_token, "access_token")):
        if token is not None:
            form, headers = _authenticated(grant.client, {"token": token, "token_type_hint": kind})
            answer = await http.post(grant.revocation_endpoint, "the revocation endpoint", form=form, headers=headers)
            if answer.status >= 400:
                raise OAuthError(f"{public_url(grant.revocation_endpoint)} answered {answer.status} to the revocation")


def _authenticated(client: Client, parameters: dict[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Form and headers with the client's authentication (RFC 6749 §2.3.1)."""
    form = {**parameters, "client_id": client.id}
    if client.secret is None or client.auth_method == "none":
        return form, {}
    if client.auth_method == "client_secret_post":
        return {**form, "client_secret": client.secret}, {}
    pair = f"{quote(client.id, safe='')}:{quote(client.secret, safe='')}"
    # With the client id in the form too: it is no second authentication, and some servers look for it there.
    return form, {"authorization": f"Basic {base64.b64encode(pair.encode()).decode('ascii')}"}


def _refusal(url: str, answer: Answer, value: dict[str, Any]) -> UpstreamError:
    where = public_url(url)
    code, text = value.get("error"), value.get("error_description")
    if answer.status >= 500 or answer.status == 429:
        return UpstreamError(f"{where} answered {answer.status}", status=answer.status)
    said = one_line(str(code or f"status {answer.status}"), limit=80)
    if isinstance(text, str) and text:
        said += f" ({one_line(text, limit=200)})"
    if code == "invalid_grant":
        return LoginNeededError(f"the login is not valid any more: {said}")
    return OAuthError(f"{where} refused: {said}")
