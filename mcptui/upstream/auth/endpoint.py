"""An HTTP endpoint whose requests carry a credential that changes."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any

from mcptui.errors import McptuiError
from mcptui.model.limits import Limits
from mcptui.protocol.lenient import Remark
from mcptui.upstream.auth.authenticator import Authenticator
from mcptui.upstream.errors import UpstreamError, UpstreamLoginError
from mcptui.upstream.http import Endpoint
from mcptui.upstream.large_messages import LargeMessages
from mcptui.upstream.remarks import unremarked
from mcptui.upstream.wire.client import HttpClient
from mcptui.upstream.wire.response import Response


class AuthenticatedEndpoint(Endpoint):
    """Sends with the current credential, and once more with another where the server refuses it."""

    def __init__(
        self,
        client: HttpClient,
        url: str,
        headers: Mapping[str, str],
        authenticator: Authenticator[Any],
        remark: Remark = unremarked,
        limits: Callable[[], Limits] = Limits,
        large: LargeMessages | None = None,
    ) -> None:
        super().__init__(client, url, headers, remark, limits, large)
        self._authenticator = authenticator
        #: What was shown last.
        self._own: Mapping[str, str] = {}

    def at(self, url: str) -> AuthenticatedEndpoint:
        return AuthenticatedEndpoint(
            self._client, url, self._own_headers, self._authenticator, self.remark, self.limits, self._large
        )

    async def post(self, body: bytes, headers: Mapping[str, str]) -> Response:
        return await self._signed(functools.partial(super().post, body), headers)

    async def get(self, headers: Mapping[str, str]) -> Response:
        return await self._signed(super().get, headers)

    async def delete(self, headers: Mapping[str, str]) -> None:
        try:
            own = await self._authenticator.headers()
        except McptuiError:
            return  # without a credential the session at the server ends by itself
        await super().delete({**own, **headers})

    async def _signed(
        self, send: Callable[[Mapping[str, str]], Awaitable[Response]], headers: Mapping[str, str]
    ) -> Response:
        self._own = own = await self._authenticator.headers()
        response = await send({**own, **headers})
        if response.status not in (401, 403):
            return response
        # A refused request has not run, so it can be sent again with another credential.
        challenge = response.headers.get("www-authenticate", "")
        try:
            again = await self._authenticator.refused(own, response.status, challenge)
        except BaseException:
            response.close()
            raise
        if not again:
            return response
        response.release()
        self._own = await self._authenticator.headers()
        return await send({**self._own, **headers})

    def _shown(self) -> Iterator[str]:
        yield from super()._shown()
        yield from self._own.values()

    def refusal(self, status: int, words: str = "") -> UpstreamError:
        error = super().refusal(status, words)
        if isinstance(error, UpstreamLoginError) and (hint := self._authenticator.hint) is not None:
            error.hint = hint
        return error
