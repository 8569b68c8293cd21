"""Logins of people at servers with OAuth, through the control API."""

from __future__ import annotations

import secrets
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mcptui.errors import McptuiError, NotFoundError
from mcptui.model.runtime import CallEvent
from mcptui.upstream.oauth.login import PATIENCE, Login, begin_login

if TYPE_CHECKING:
    from mcptui.gateway.core import Core
    from mcptui.upstream.oauth.session import OAuthSession


@dataclass(slots=True)
class Logins:
    """Those that are under way, by id."""

    core: Core
    running: dict[str, Login]

    async def log_in(self, server: str, key: str | None) -> AsyncGenerator[CallEvent, None]:
        """Events: "open" {id, url, redirect_uri, seconds, remarks}, then "done" {scope} or "failed" {message, hint}."""
        id_ = secrets.token_urlsafe(12)
        try:
            async with begin_login(self._session(server, key), self.core.tools.resolve) as login:
                self.running[id_] = login
                value = {
                    "id": id_,
                    "url": login.url,
                    "redirect_uri": login.redirect_uri,
                    "seconds": PATIENCE,
                    "remarks": login.remarks,
                }
                yield CallEvent(type="open", value=value)
                grant = await login.finish()
            await self.core.registry.logged_in(server, key)
            yield CallEvent(type="done", value={"scope": grant.scope})
        except McptuiError as error:
            yield CallEvent(type="failed", value={"message": error.message, "hint": error.hint})
        finally:
            self.running.pop(id_, None)

    def paste(self, id_: str, url: str) -> None:
        """Give a login the URL that the browser ended at.

        Raises:
            NotFoundError: it has ended.
            RefusedError: the URL is not the answer to it.
        """
        if id_ not in self.running:
            raise NotFoundError("that login has ended")
        self.running[id_].paste(url)

    async def log_out(self, server: str, key: str | None) -> None:
        """Revoke and forget the tokens of ``server``, or of ``key`` at it.

        Raises:
            UpstreamError: they are forgotten here, but may still be valid at the authorization server.
        """
        try:
            await self._session(server, key).log_out()
        finally:
            await self.core.registry.logged_in(server, key)

    def _session(self, server: str, key: str | None) -> OAuthSession:
        state = self.core.snapshot.state
        if server not in state.servers:
            raise NotFoundError(f"there is no server {server}")
        if key is not None and key not in state.keys:
            raise NotFoundError(f"there is no key {key}")
        return self.core.tools.oauth.get(state.servers[server], key)
