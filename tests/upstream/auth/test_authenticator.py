"""What all kinds have in common where they say nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from mcptui.errors import McptuiError
from mcptui.model import Auth, Server
from mcptui.model.auth import ApiKey, AuthKind, Authorization, Basic, BearerToken, NoAuth, Token
from mcptui.stores.locks import MemoryLocks
from mcptui.upstream.auth.api_key import ApiKeyAuthenticator
from mcptui.upstream.auth.authenticator import Authenticator, ConstantAuthenticator, SignIn
from mcptui.upstream.network import Networks
from mcptui.upstream.oauth.session import OAuthSessions
from tests.support.kept_secrets import KeptSecrets

SignedIn = Callable[..., Authenticator[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Badge(AuthKind):
    """A kind with a secret of its own, and a setting beside it."""

    badge: str | None = None
    header: str = "x-badge"

    @property
    def constant(self) -> str | None:
        return self.badge


class BadgeAuthenticator(ConstantAuthenticator[Badge]):
    """Says for which address the badge is."""

    def shown(self, value: str) -> dict[str, str]:
        return {self.sign_in.auth.header: f"{value} for {self.sign_in.url}"}


@pytest.mark.parametrize("auth", [NoAuth(), ApiKey(), BearerToken(), Basic(), Authorization(), Token()])
@pytest.mark.parametrize("status", [401, 403])
async def test_a_constant_credential_that_is_refused_is_not_shown_again(
    sign_in: SignedIn, auth: Auth, status: int
) -> None:
    authenticator = sign_in(auth)
    assert await authenticator.refused({"authorization": "x"}, status, 'Bearer error="invalid_token"') is False
    assert (authenticator.changes, authenticator.hint) == (False, None)


async def test_references_are_replaced_at_every_request(sign_in: SignedIn) -> None:
    assert await sign_in(ApiKey(auth_value="<key>")).headers() == {"x-api-key": "resolved-key"}
    # An empty credential is one: whoever wants none leaves it out.
    assert await sign_in(ApiKey(auth_value="")).headers() == {"x-api-key": ""}


async def test_a_reference_that_leads_nowhere_is_the_error_of_the_request(kept: KeptSecrets) -> None:
    async def resolve(text: str) -> str:
        raise McptuiError(f"{text} leads nowhere")

    auth = ApiKey(auth_value="${secret:x}")
    server = Server(name="s", url="https://s.example/mcp", auth=auth)
    sessions = OAuthSessions(kept, resolve, MemoryLocks(), Networks({}))
    authenticator = ApiKeyAuthenticator(SignIn(server, "https://s.example/mcp", auth, None, resolve, sessions))
    with pytest.raises(McptuiError, match="leads nowhere"):
        await authenticator.headers()


@pytest.mark.parametrize(("badge", "headers"), [("<b>", {"x-b": "resolved-b for https://s.example/mcp"}), (None, {})])
async def test_a_kind_with_a_secret_of_its_own_shows_that(
    kept: KeptSecrets, badge: str | None, headers: dict[str, str]
) -> None:
    async def resolve(text: str) -> str:
        return text.replace("<", "resolved-").replace(">", "")

    server, auth = Server(name="s", url="<url>"), Badge(badge=badge, header="x-b")
    sign_in = SignIn(
        server, "https://s.example/mcp", auth, None, resolve, OAuthSessions(kept, resolve, MemoryLocks(), Networks({}))
    )
    assert await BadgeAuthenticator(sign_in).headers() == headers
