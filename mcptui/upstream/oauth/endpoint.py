"""An HTTP endpoint whose requests carry a token that changes."""

from __future__ import annotations

from collections.abc import Mapping

import aiohttp

from mcptui.upstream.errors import UpstreamError, UpstreamLoginError
from mcptui.upstream.http import Endpoint
from mcptui.upstream.oauth.challenge import parse_challenge
from mcptui.upstream.oauth.session import OAuthSession


class OAuthEndpoint(Endpoint):
    """Sends with the current token, and once more with another where the server refuses it."""

    def __init__(
        self, client: aiohttp.ClientSession, url: str, headers: Mapping[str, str], session: OAuthSession
    ) -> None:
        super().__init__(client, url, headers)
        self._session = session

    def at(self, url: str) -> OAuthEndpoint:
        return OAuthEndpoint(self._client, url, self._own_headers, self._session)

    async def post(self, body: bytes, headers: Mapping[str, str]) -> aiohttp.ClientResponse:
        response = await super().post(body, {**await self._session.headers(), **headers})
        if await self._may_try_again(response):
            response = await super().post(body, {**await self._session.headers(), **headers})
        return response

    async def get(self, headers: Mapping[str, str]) -> aiohttp.ClientResponse:
        response = await super().get({**await self._session.headers(), **headers})
        if await self._may_try_again(response):
            response = await super().get({**await self._session.headers(), **headers})
        return response

    async def delete(self, headers: Mapping[str, str]) -> None:
        try:
            token = await self._session.headers()
        except UpstreamError:
            return  # without a token the session at the server ends by itself
        await super().delete({**token, **headers})

    async def _may_try_again(self, response: aiohttp.ClientResponse) -> bool:
        """A refused request has not run, so it can be sent again with another token."""
        if response.status not in (401, 403):
            return False
        sent = response.request_info.headers.get("authorization")
        used = sent.partition(" ")[2] if sent else None
        challenge = parse_challenge(response.headers.getall("www-authenticate", []))
        try:
            again = await self._session.refused(used, response.status, challenge)
        except BaseException:
            response.close()
            raise
        if again:
            response.release()
        return again

    def refusal(self, status: int) -> UpstreamError:
        error = super().refusal(status)
        if isinstance(error, UpstreamLoginError):
            error.hint = self._session.hint
        return error
