"""An HTTP endpoint whose requests carry a token that changes."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable, Mapping

from mcptui.upstream.errors import UpstreamError, UpstreamLoginError
from mcptui.upstream.http import Endpoint
from mcptui.upstream.oauth.challenge import parse_challenge
from mcptui.upstream.oauth.session import OAuthSession
from mcptui.upstream.wire.client import HttpClient
from mcptui.upstream.wire.response import Response


class OAuthEndpoint(Endpoint):
    """Sends with the current token, and once more with another where the server refuses it."""

    def __init__(self, client: HttpClient, url: str, headers: Mapping[str, str], session: OAuthSession) -> None:
        super().__init__(client, url, headers)
        self._session = session

    def at(self, url: str) -> OAuthEndpoint:
        return OAuthEndpoint(self._client, url, self._own_headers, self._session)

    async def post(self, body: bytes, headers: Mapping[str, str]) -> Response:
        return await self._with_token(functools.partial(super().post, body), headers)

    async def get(self, headers: Mapping[str, str]) -> Response:
        return await self._with_token(super().get, headers)

    async def delete(self, headers: Mapping[str, str]) -> None:
        try:
            token = await self._session.token()
        except UpstreamError:
            return  # without a token the session at the server ends by itself
        await super().delete(_bearing(token, headers))

    async def _with_token(
        self, send: Callable[[Mapping[str, str]], Awaitable[Response]], headers: Mapping[str, str]
    ) -> Response:
        token = await self._session.token()
        response = await send(_bearing(token, headers))
        if response.status not in (401, 403):
            return response
        # A refused request has not run, so it can be sent again with another token.
        challenge = parse_challenge(response.headers.get("www-authenticate", ""))
        try:
            again = await self._session.refused(token, response.status, challenge)
        except BaseException:
            response.close()
            raise
        if not again:
            return response
        response.release()
        return await send(_bearing(await self._session.token(), headers))

    def refusal(self, status: int) -> UpstreamError:
        error = super().refusal(status)
        if isinstance(error, UpstreamLoginError):
            error.hint = self._session.hint
        return error


def _bearing(token: str | None, headers: Mapping[str, str]) -> Mapping[str, str]:
    return headers if token is None else {"authorization": f"Bearer {token}", **headers}
