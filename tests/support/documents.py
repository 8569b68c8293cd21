"""Documents of the web, from a table of URLs and answers: what servers and authorization servers publish."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from mcptui.upstream.errors import UpstreamError
from mcptui.upstream.oauth.errors import OAuthError
from mcptui.upstream.oauth.guarded import Answer

#: A status, an object, a status with headers, a text, or an error.
Reply = int | Mapping[str, Any] | tuple[int, Mapping[str, str]] | str | UpstreamError


class Web:
    """Stands for the guarded HTTP: answers by URL, 404 elsewhere; remembers what was asked and checked."""

    def __init__(self, replies: Mapping[str, Reply], refused: str = "") -> None:
        self._replies = replies
        self._refused = refused
        self.asked: list[str] = []
        self.checked: list[str] = []

    async def get(self, url: str, what: str) -> Answer:
        assert what
        self.asked.append(url)
        reply = self._replies.get(url, 404)
        if isinstance(reply, UpstreamError):
            raise reply
        if isinstance(reply, int):
            return Answer(reply, {}, b"{}")
        if isinstance(reply, str):
            return Answer(200, {}, reply.encode())
        if isinstance(reply, tuple):
            return Answer(reply[0], reply[1], b"")
        return Answer(200, {}, json.dumps(reply).encode())

    async def post(self, url: str, what: str, *, json_body: object, headers: object) -> Answer:
        assert json_body
        assert headers
        return await self.get(url, what)

    async def check(self, url: str, what: str) -> None:
        self.checked.append(url)
        if url == self._refused:
            raise OAuthError(f"{what} is refused")
