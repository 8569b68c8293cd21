"""Tokens of an authorization server (MCP basic/authorization), renewed as they expire."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import ClassVar, Final

from mcptui.model.auth import OAuth
from mcptui.upstream.auth.authenticator import Authenticator
from mcptui.upstream.auth.scheme import with_scheme
from mcptui.upstream.oauth.challenge import parse_challenge
from mcptui.upstream.oauth.session import OAuthSession

_BEARER: Final = "Bearer "


class OAuthAuthenticator(Authenticator[OAuth]):
    """The current token, and another one where the server refuses it."""

    changes: ClassVar[bool] = True

    def shown(self, value: str) -> dict[str, str]:
        return with_scheme(_BEARER.strip(), value)

    async def headers(self) -> Mapping[str, str]:
        token = await self._session.token()
        return {} if token is None else {"authorization": f"{_BEARER}{token}"}

    async def refused(self, sent: Mapping[str, str], status: int, challenge: str) -> bool:
        used = sent.get("authorization")
        token = None if used is None else used.removeprefix(_BEARER)
        return await self._session.refused(token, status, parse_challenge(challenge))

    @property
    def hint(self) -> str | None:
        return self._session.hint

    @functools.cached_property
    def _session(self) -> OAuthSession:
        """The grant that everybody uses, or that of the account."""
        return self.sign_in.oauth.get(self.sign_in.server, self.sign_in.account)
