"""The tokens of one grant while the gateway runs: read once, renewed in time, by one request at a time."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from time import monotonic
from typing import Final

from mcptui.errors import McptuiError
from mcptui.model import OAuth, Server
from mcptui.model.network import Network
from mcptui.model.runtime import LoginStatus
from mcptui.model.setting import settings_of
from mcptui.secrets.known import KnownSecrets
from mcptui.stores.locks import LockStore
from mcptui.tasks import start_task
from mcptui.upstream.errors import UpstreamError
from mcptui.upstream.network import Networks
from mcptui.upstream.oauth.challenge import Challenge, union
from mcptui.upstream.oauth.errors import LoginNeededError, TokenRefusedError
from mcptui.upstream.oauth.grant import Grant, Resolve, Secrets
from mcptui.upstream.oauth.guarded import GuardedHttp
from mcptui.upstream.oauth.token_endpoint import request_token, revoke
from mcptui.upstream.oauth.unattended import unattended_grant

log = logging.getLogger(__name__)

_LOGIN: Final = "Log in: o in the server list, or mcptui server login {}"
#: A client that was refused does not ask again before, seconds: only somebody else can change that.
_REFUSED: Final = 60.0


class OAuthSession:
    """The grant of one server, or of one key at it.

    Args:
        server: the server as configured.
        key: whose grant it is; None for the one that everybody uses.
        secrets: where the grant is kept.
        resolve: for references in the configuration.
        locks: keep others from renewing the same grant at the same time.
        networks: how the server, and whom it names, are reached.
        known: gets the tokens, so that they are kept out of log, history and errors.
    """

    def __init__(
        self,
        server: Server,
        key: str | None,
        secrets: Secrets,
        resolve: Resolve,
        locks: LockStore,
        networks: Networks,
        known: KnownSecrets,
    ) -> None:
        self.server = server
        # A login may be left from when the server had OAuth; it can still be ended.
        self.auth = server.auth if isinstance(server.auth, OAuth) else OAuth()
        self.key = key
        self.path = server.login_path(key)
        self._secrets = secrets
        self._resolve = resolve
        self._locks = locks
        self._networks = networks
        self._known = known
        self._own: Grant | None = None
        self._was_read = False
        #: What stands in the store, as it was last read or written here.
        self._stored: str | None = None
        #: Permissions that the server has asked for in vain.
        self.wanted_scope: str | None = None
        self._renewing: asyncio.Task[None] | None = None
        #: Why a token without a login was refused, and until when that holds.
        self._refusal: tuple[float, str] | None = None

    @property
    def _grant(self) -> Grant | None:
        """The grant as it was last read, received or changed; whatever the way, its secrets are known from then on."""
        return self._own

    @_grant.setter
    def _grant(self, grant: Grant | None) -> None:
        if grant is not None:
            self._known.add(self.path, grant.access_token, grant.refresh_token, grant.client.secret, grant.client.key)
        self._own = grant

    @property
    def hint(self) -> str:
        """What a person can do about a missing login."""
        name = self.server.name if self.key is None else f"{self.server.name} --key {self.key}"
        if self.auth.takes_logins:
            return _LOGIN.format(name)
        return f"Check the settings oauth_… of this server: mcptui server edit {self.server.name}"

    @property
    def status(self) -> LoginStatus | None:
        """What is known of the grant; None before it was read, and without one."""
        if self._grant is None:
            return None
        renews = self._grant.refresh_token is not None or not self.auth.takes_logins
        return LoginStatus(expires=self._grant.expires, renews=renews)

    async def grant(self) -> Grant | None:
        """The grant, if there is one that belongs to this server's URL."""
        if not self._was_read:
            text = await self._secrets.get(self.path)
            if not self._was_read:
                self._grant, self._was_read, self._stored = Grant.from_text(text) if text else None, True, text
        if self._grant is not None and self._grant.server_url != await self.url():
            return None  # the description has changed: its tokens are for nobody else
        return self._grant

    async def token(self) -> str | None:
        """An access token that has not expired; None where nobody has logged in.

        Raises:
            LoginNeededError: the login is not valid any more.
            UpstreamError: the token has expired and cannot be renewed now.
        """
        grant = await self.grant()
        if grant is None:
            if self.auth.takes_logins:
                return None
            await self.renew(None)
        elif grant.wants_renewal or grant.has_expired:
            await self._renewed_or_valid(grant)
        else:
            return grant.access_token
        grant = await self.grant()
        return None if grant is None else grant.access_token

    async def _renewed_or_valid(self, grant: Grant) -> None:
        try:
            await self.renew(grant.access_token)
        except (UpstreamError, McptuiError) as error:
            if grant.has_expired:
                raise
            # It is early: there is time for another attempt.
            log.info("the token of server %s was not renewed yet: %s", self.server.name, error)

    async def renew(self, used: str | None) -> None:
        """Get another token, unless somebody has done so since ``used`` was current.

        However many ask at a time, one request is sent.

        Raises:
            LoginNeededError: a person has to log in.
            UpstreamError: the authorization server cannot be reached.
        """
        current = await self.grant()
        if current is not None and current.access_token != used:
            return
        if self._renewing is None:
            self._renewing = start_task(self._renew(), name=f"renew token of {self.server.name}", awaited=True)
            self._renewing.add_done_callback(self._renewed)
        await asyncio.shield(self._renewing)

    def _renewed(self, task: asyncio.Task[None]) -> None:
        self._renewing = None
        if not task.cancelled():
            task.exception()  # seen: those who waited may have gone

    async def _renew(self) -> None:
        if not self.auth.takes_logins:
            # It is kept in memory: another is had for the asking.
            self._grant, self._was_read = await self._unattended(), True
            return
        async with self._locks.held(f"token {self.path}"):
            if not await self._was_renewed_by_others():
                await self._refresh()

    async def _was_renewed_by_others(self) -> bool:
        """Use the stored grant if somebody has renewed it: a refresh token may be good for one use only (RFC 9700)."""
        text = await self._secrets.get(self.path)
        stored, own = Grant.from_text(text) if text else None, self._grant
        if stored is None or own is None or stored.server_url != own.server_url:
            return False
        # The same text is there where what was renewed here could not be stored.
        if text == self._stored or stored.access_token == own.access_token or stored.has_expired:
            return False
        self._grant, self._stored = stored, text
        return True

    async def _refresh(self) -> None:
        grant = self._grant
        if grant is None or grant.refresh_token is None:
            raise LoginNeededError("the login has expired", hint=self.hint, public="needs a login: it has expired")
        form = {"grant_type": "refresh_token", "refresh_token": grant.refresh_token, "resource": grant.resource}
        async with self.http(grant.server_url, self.auth.oauth_issuer) as http:
            try:
                answer = await request_token(http, grant.issuer, grant.token_endpoint, grant.client, form)
                renewed = grant.renewed(answer)
            except TokenRefusedError as error:
                await self.grant()  # where it was forgotten meanwhile: somebody may have logged in anew
                if self._grant not in (grant, None):
                    return
                # The token may be good for a while; in the store it stays, for a gateway that is started anew.
                self._grant = replace(grant, refresh_token=None, renew=None)
                raise LoginNeededError(
                    f"the login is not valid any more: {error.message}",
                    hint=self.hint,
                    public="needs a login: it is not valid any more",
                ) from None
        if self._grant in (grant, None):  # else somebody has logged in anew meanwhile
            await self.keep(renewed)

    async def _unattended(self) -> Grant:
        if self._refusal is not None and monotonic() < self._refusal[0]:
            raise LoginNeededError(self._refusal[1], hint=self.hint)
        try:
            return await unattended_grant(self.server, self.auth, self._resolve, self.http, self.wanted_scope)
        except LoginNeededError as error:
            self._refusal = (monotonic() + _REFUSED, error.message)
            raise LoginNeededError(error.message, hint=self.hint) from None

    async def refused(self, used: str | None, status: int, challenge: Challenge) -> bool:
        """The server has refused the token ``used``; whether another attempt makes sense.

        Raises:
            LoginNeededError: it does not, until a person has logged in.
            UpstreamError: the authorization server cannot be reached.
        """
        if status == 403 and challenge.error == "insufficient_scope":
            self.wanted_scope = union(self._grant.scope if self._grant else None, self.wanted_scope, challenge.scope)
            if not self.auth.takes_logins:
                await self.renew(used)
                return True
            lacking = f"permissions: {challenge.scope or 'not said which'}"
            raise LoginNeededError(
                f"the login lacks {lacking}", hint=self.hint, status=status, public=f"needs a login: it lacks {lacking}"
            )
        if status != 401:
            return False
        if used is None:
            why = "not logged in to this server yet"
            raise LoginNeededError(why, hint=self.hint, status=status, public=f"needs a login: {why}")
        try:
            await self.renew(used)
        except LoginNeededError:
            if self._grant is not None and self._grant.access_token == used:
                self._grant = replace(self._grant, expires=0.0)  # whatever its authorization server has said
            raise
        return True

    async def keep(self, grant: Grant) -> None:
        """Use ``grant`` from now on, here and after a restart."""
        self._grant, self._was_read = grant, True
        text = grant.to_text()
        await self._secrets.set(self.path, text)
        self._stored = text

    async def log_out(self) -> None:
        """Revoke and forget the tokens; they are forgotten also where they cannot be revoked.

        Raises:
            UpstreamError: they may still be valid at the authorization server.
        """
        # A renewal that is under way would bring the login back.
        async with self._locks.held(f"token {self.path}"):
            grant = await self.grant()
            self._grant, self._was_read, self.wanted_scope = None, True, None
            if grant is None:
                return
            await self._secrets.delete(self.path)
        async with self.http(grant.server_url, self.auth.oauth_issuer) as http:
            await revoke(http, grant)

    def forget(self) -> None:
        """Read the grant anew: somebody has changed it."""
        self._grant, self._was_read, self._refusal = None, False, None

    @contextlib.asynccontextmanager
    async def http(self, url: str, issuer: str | None) -> AsyncIterator[GuardedHttp]:
        """Requests on behalf of ``url``, over the network of the server: see :class:`GuardedHttp`.

        Raises:
            McptuiError: a reference in the server's description cannot be resolved.
        """
        route = await self._networks.route(self.server, self._resolve, await self.url())
        async with GuardedHttp(url, issuer, route).opened() as http:
            yield http

    async def close(self) -> None:
        """End what is under way."""
        if self._renewing is not None:
            self._renewing.cancel()
            with contextlib.suppress(asyncio.CancelledError, McptuiError):
                await self._renewing

    async def url(self) -> str:
        """The server's URL, references replaced."""
        assert self.server.url is not None
        return await self._resolve(self.server.url)


class OAuthSessions:
    """One session a grant, however many connections use it."""

    def __init__(
        self,
        secrets: Secrets,
        resolve: Resolve,
        locks: LockStore,
        networks: Networks,
        known: KnownSecrets | None = None,
    ) -> None:
        self._known = KnownSecrets() if known is None else known
        self._secrets = secrets
        self._resolve = resolve
        self._locks = locks
        self._networks = networks
        self._sessions: dict[str, OAuthSession] = {}

    def get(self, server: Server, key: str | None) -> OAuthSession:
        """The session of ``server``, or of ``key`` at it, as it is configured now."""
        path = server.login_path(key)
        session = self._sessions.get(path)
        if session is None or _of_session(session.server) != _of_session(server):
            session = self._sessions[path] = OAuthSession(
                server, key, self._secrets, self._resolve, self._locks, self._networks, self._known
            )
        return session

    def status(self, server: Server, key: str | None) -> LoginStatus | None:
        """What is known of the login at ``server``, or of that of ``key``; None where there is none to know of."""
        auth = server.auth
        if not auth.keeps_logins or (auth.has_own_logins and key is None):
            return None
        return self.get(server, key).status

    def forget(self, path: str | None) -> None:
        """The secret at ``path`` (None: any) has changed."""
        for session in self._sessions.values():
            if path in (None, session.path):
                session.forget()

    async def close(self) -> None:
        """End what is under way."""
        await asyncio.gather(*(session.close() for session in self._sessions.values()))


def _of_session(server: Server) -> tuple[object, ...]:
    """What a session depends on."""
    return server.url, server.auth, *(getattr(server, name) for name in settings_of(Network))
