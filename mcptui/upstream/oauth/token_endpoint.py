"""Requests to a token endpoint (RFC 6749) and to the revocation endpoint beside it (RFC 7009)."""

from __future__ import annotations

from typing import Any, Final

from mcptui.protocol.text import one_line, public_url
from mcptui.secrets.known import KnownSecrets
from mcptui.upstream.errors import UpstreamError
from mcptui.upstream.oauth.client_auth import authenticated
from mcptui.upstream.oauth.errors import OAuthError, TokenRefusedError
from mcptui.upstream.oauth.grant import Client, Grant
from mcptui.upstream.oauth.guarded import Answer, GuardedHttp

#: Statuses that say "not now", whatever else they say.
_LATER: Final = frozenset({408, 425, 429})
#: Errors that say so (RFC 6749 §4.1.2.1, RFC 8628 §3.5).
_LATER_CODES: Final = frozenset({"server_error", "slow_down", "temporarily_unavailable"})
#: What is no secret among the parameters of a request; all others are, a code and an assertion too.
_OPEN: Final = frozenset(
    {
        "audience",
        "client_assertion_type",
        "client_id",
        "grant_type",
        "redirect_uri",
        "requested_token_type",
        "resource",
        "scope",
        "subject_token_type",
    }
)


async def request_token(
    http: GuardedHttp, issuer: str, url: str, client: Client, parameters: dict[str, str]
) -> dict[str, Any]:
    """The answer of a token endpoint of ``issuer``, which holds a token.

    Raises:
        TokenRefusedError: there is none, and the same request gets none later: the grant or the client is refused.
        OAuthError: it may not be asked.
        UpstreamError: it cannot be reached, or has a problem that may pass.
        McptuiError: the client cannot show who it is.
    """
    form, headers = authenticated(client, issuer, parameters)
    answer = await http.post(url, "the token endpoint", form=form, headers=headers)
    value = answer.json()
    if answer.status in (200, 201) and value.get("access_token") and "error" not in value:
        return value
    raise _refusal(url, answer, value, _secrets_in(client, form, headers))


def _secrets_in(client: Client, form: dict[str, str], headers: dict[str, str]) -> KnownSecrets:
    """What must not be told of a request, though its answer may repeat it: as it was sent, or as the server read it."""
    known = KnownSecrets()
    known.add("client", client.secret)
    for name, value in form.items():
        if name not in _OPEN:
            known.add(name, value)
    known.add("authorization", headers.get("authorization", "").removeprefix("Basic "))
    return known


async def revoke(http: GuardedHttp, grant: Grant) -> None:
    """Have the grant's tokens forgotten, where the authorization server can do that."""
    if grant.revocation_endpoint is None:
        return
    for token, kind in ((grant.refresh_token, "refresh_token"), (grant.access_token, "access_token")):
        if token is not None:
            hinted = {"token": token, "token_type_hint": kind}
            form, headers = authenticated(grant.client, grant.issuer, hinted)
            answer = await http.post(grant.revocation_endpoint, "the revocation endpoint", form=form, headers=headers)
            if answer.status >= 400:
                raise OAuthError(f"{public_url(grant.revocation_endpoint)} answered {answer.status} to the revocation")


def _refusal(url: str, answer: Answer, value: dict[str, Any], sent: KnownSecrets) -> UpstreamError:
    where = public_url(url)
    code, text = value.get("error"), value.get("error_description")
    code = code if isinstance(code, str) else None
    if answer.status >= 500 or answer.status in _LATER:
        return UpstreamError(f"{where} answered {answer.status}", status=answer.status)
    if code in _LATER_CODES:
        return UpstreamError(f"{where} answered {code}", status=answer.status)
    if code is None and answer.status < 300:
        return TokenRefusedError(f"{where} gave no token")
    said = one_line(sent.without(str(code or f"status {answer.status}")), limit=80)
    if isinstance(text, str) and text:
        said += f" ({one_line(sent.without(text), limit=200)})"
    return TokenRefusedError(f"{where} refused: {said}")
