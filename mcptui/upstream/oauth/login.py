"""One login of a person: the URL to open, what the browser brings back, the tokens for it."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import logging
import secrets
from collections.abc import AsyncIterator
from typing import Final
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

from mcptui.errors import McptuiError, RefusedError
from mcptui.model import OAuth
from mcptui.protocol.text import one_line, public_url
from mcptui.tasks import start_task
from mcptui.upstream.oauth.callback import Callback
from mcptui.upstream.oauth.challenge import union
from mcptui.upstream.oauth.errors import OAuthError
from mcptui.upstream.oauth.grant import Client, Grant, Resolve, tokens_of
from mcptui.upstream.oauth.guarded import GuardedHttp
from mcptui.upstream.oauth.issuer import check_issuer, require_login
from mcptui.upstream.oauth.metadata import Discovered, discover
from mcptui.upstream.oauth.registration import configured_client, register
from mcptui.upstream.oauth.session import OAuthSession
from mcptui.upstream.oauth.token_endpoint import request_token

log = logging.getLogger(__name__)

#: How long a person may take to log in, seconds.
PATIENCE: Final = 600.0


class Login:
    """Begun by :func:`begin_login`; ends with :meth:`finish`, or without."""

    def __init__(
        self,
        session: OAuthSession,
        http: GuardedHttp,
        found: Discovered,
        client: Client,
        callback: Callback,
        scope: str | None,
    ) -> None:
        self._session = session
        self._http = http
        self._found = found
        self._client = client
        self._callback = callback
        self._state = secrets.token_urlsafe(32)
        self._verifier = secrets.token_urlsafe(64)
        self._pasted: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._scope = scope
        #: What was tolerated, for the person who logs in.
        self.remarks = found.issuer.remarks
        self.url = self._authorization_url(require_login(session.auth, found.issuer))

    @property
    def redirect_uri(self) -> str:
        """Where the browser is sent to."""
        return self._client.redirect_uri

    def _authorization_url(self, endpoint: str) -> str:
        challenge = base64.urlsafe_b64encode(hashlib.sha256(self._verifier.encode()).digest()).rstrip(b"=")
        query = {
            "response_type": "code",
            "client_id": self._client.id,
            "redirect_uri": self.redirect_uri,
            "state": self._state,
            "code_challenge": challenge.decode("ascii"),
            "code_challenge_method": "S256",
            "resource": self._found.resource,
        }
        if self._scope:
            query["scope"] = self._scope
            if "offline_access" in self._scope.split():
                query["prompt"] = "consent"  # OpenID Connect Core §11
        parts = urlsplit(endpoint)
        return urlunsplit(parts._replace(query="&".join(filter(None, (parts.query, urlencode(query)))), fragment=""))

    def paste(self, url: str) -> None:
        """The URL that a browser on another machine ended at.

        Raises:
            RefusedError: it is not the answer to this login; the login goes on.
        """
        self._parameters(url)
        if not self._pasted.done():
            self._pasted.set_result(url)

    async def finish(self) -> Grant:
        """Wait for the browser, or the pasted URL, and get the tokens; they are kept.

        Raises:
            OAuthError: the person or the authorization server refused, or the answer is not to be trusted.
            UpstreamError: it cannot be reached, or nobody came in time.
        """
        try:
            async with asyncio.timeout(PATIENCE):
                parameters = await self._answer()
        except TimeoutError:
            raise OAuthError(f"no login within {PATIENCE / 60:g} minutes") from None
        self._check_issuer(parameters.get("iss"))
        if "error" in parameters:
            said = one_line(parameters.get("error_description") or parameters["error"], limit=200)
            raise OAuthError(f"the login was refused: {said}")
        form = {
            "grant_type": "authorization_code",
            "code": parameters["code"],
            "redirect_uri": self.redirect_uri,
            "code_verifier": self._verifier,
            "resource": self._found.resource,
        }
        issuer = self._found.issuer
        try:
            answer = await request_token(self._http, issuer.issuer, issuer.token_endpoint, self._client, form)
        except McptuiError as error:
            raise OAuthError(f"the login was not completed: {error.message}", hint=error.hint) from None
        grant = Grant(
            server_url=await self._session.url(),
            issuer=issuer.issuer,
            token_endpoint=issuer.token_endpoint,
            revocation_endpoint=issuer.revocation_endpoint,
            resource=self._found.resource,
            client=self._client,
            **tokens_of(answer, self._scope, None),
        )
        self._session.wanted_scope = None
        await self._session.keep(grant)
        return grant

    async def _answer(self) -> dict[str, str]:
        """The first redirect that belongs to this login; any program on this machine can send others."""
        pasted = asyncio.shield(self._pasted)
        try:
            while True:
                came = start_task(self._callback.wait(), name="callback of a login", awaited=True)
                await asyncio.wait({came, pasted}, return_when=asyncio.FIRST_COMPLETED)
                if pasted.done():
                    came.cancel()
                    return self._parameters(pasted.result())
                with contextlib.suppress(RefusedError):
                    return self._parameters(came.result())
        finally:
            pasted.cancel()
            came.cancel()

    def _parameters(self, url: str) -> dict[str, str]:
        try:
            query = urlsplit(url.strip()).query
        except ValueError:
            raise RefusedError("that is not a URL") from None
        found = {name: values[0] for name, values in parse_qs(query).items() if len(values) == 1}
        if "code" not in found and "error" not in found:
            raise RefusedError(
                "that URL holds no answer to the login",
                hint=f"It begins with {self.redirect_uri}? and stands in the browser's address bar after the login.",
            )
        if not secrets.compare_digest(found.get("state", "").encode(), self._state.encode()):
            raise RefusedError(
                "that URL answers another login (its state differs)", hint="Open the URL that is shown now."
            )
        return found

    def _check_issuer(self, iss: str | None) -> None:
        """RFC 9207 §2.4: compared as strings; missing only where it was not promised."""
        expected = self._found.issuer
        if iss is None and expected.sends_iss:
            raise OAuthError("the answer to the login does not say who gave it (iss is missing)")
        if iss is not None and iss != expected.issuer:
            raise OAuthError(
                f"the answer to the login came from another authorization server than {public_url(expected.issuer)}",
                hint="The code was not used.",
            )


@contextlib.asynccontextmanager
async def begin_login(session: OAuthSession, resolve: Resolve) -> AsyncIterator[Login]:
    """A login that can be finished until the block ends.

    Raises:
        OAuthError: the server cannot be logged in to; says why.
        RefusedError: it is not configured for that.
    """
    server = session.server
    auth = server.auth
    if not isinstance(auth, OAuth) or server.url is None:
        raise RefusedError(
            f"server {server.name} has no login", hint=f'Set auth_type = "{OAuth.TYPE}" for servers that use OAuth.'
        )
    if not auth.takes_logins:
        raise RefusedError(f"server {server.name} needs no login: oauth_flow is {auth.oauth_flow}")
    url = await resolve(server.url)
    before = await session.grant()
    callback = await Callback.open(auth.oauth_redirect_uri, auth.oauth_redirect_port)
    try:
        async with session.http(url, auth.oauth_issuer) as http:
            found = await discover(http, url, auth.oauth_issuer)
            check_issuer(server.name, auth, found.issuer.issuer)
            require_login(auth, found.issuer)
            client = await configured_client(auth, resolve, found.issuer, callback.redirect_uris[0])
            _check_before(session, before, client, found)
            scope = _scope(session, found)
            if client is None:
                # Anew every time: who has forgotten an earlier registration tells only the browser.
                client = await register(http, found.issuer, callback.redirect_uris, scope)
            for remark in found.issuer.remarks:
                log.warning("login at server %s: %s", server.name, remark)
            yield Login(session, http, found, client, callback, scope)
    finally:
        callback.close()


def _scope(session: OAuthSession, found: Discovered) -> str | None:
    """What is asked for: the configured scopes, else those that the server names, and what it lacked since."""
    scope = union(" ".join(session.auth.oauth_scopes) or found.scope, session.wanted_scope)
    # Where that is known, it is what refresh tokens are given for (SEP-2207).
    return union(scope, "offline_access") if scope and "offline_access" in found.issuer.scopes else scope


def _check_before(session: OAuthSession, before: Grant | None, client: Client | None, found: Discovered) -> None:
    """A client secret that one issuer knows is not shown to another just because the server names it now."""
    name = session.server.name
    if (
        before is not None
        and client is not None
        and (client.secret is not None or client.key is not None)
        and session.auth.oauth_issuer is None
        and before.issuer != found.issuer.issuer
    ):
        raise OAuthError(
            f"server {name} names another authorization server than at the last login",
            hint=f"If that is intended: mcptui server edit {name} and set oauth_issuer, or log out first.",
        )
