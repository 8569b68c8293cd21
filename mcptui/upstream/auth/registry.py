"""Which authenticator signs in with which kind of auth."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from mcptui.model import Server
from mcptui.model.auth import ApiKey, AuthKind, Authorization, Basic, BearerToken, NoAuth, OAuth, Token
from mcptui.upstream.auth.api_key import ApiKeyAuthenticator
from mcptui.upstream.auth.authenticator import Authenticator, SignIn
from mcptui.upstream.auth.authorization import AuthorizationAuthenticator
from mcptui.upstream.auth.basic import BasicAuthenticator
from mcptui.upstream.auth.bearer_token import BearerTokenAuthenticator
from mcptui.upstream.auth.none import NoAuthenticator
from mcptui.upstream.auth.oauth import OAuthAuthenticator
from mcptui.upstream.auth.token import TokenAuthenticator
from mcptui.upstream.oauth.session import OAuthSessions, Resolve

#: One for each kind; a new one is added here.
AUTHENTICATORS: Final[Mapping[type[AuthKind], type[Authenticator[Any]]]] = {
    NoAuth: NoAuthenticator,
    ApiKey: ApiKeyAuthenticator,
    BearerToken: BearerTokenAuthenticator,
    Basic: BasicAuthenticator,
    Authorization: AuthorizationAuthenticator,
    Token: TokenAuthenticator,
    OAuth: OAuthAuthenticator,
}


def authenticator(server: Server, account: str | None, resolve: Resolve, oauth: OAuthSessions) -> Authenticator[Any]:
    """What signs in to ``server``; ``account`` is the key whose own login is used."""
    return AUTHENTICATORS[type(server.auth)](SignIn(server, server.auth, account, resolve, oauth))
