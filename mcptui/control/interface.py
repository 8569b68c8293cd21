"""The methods of the control API.

This is the one declaration: the gateway's routes, the client, what the app calls and the tests' gateway follow from
it. A new method is one declaration here and one handler in :mod:`mcptui.gateway.control.api`. Methods raise
subclasses of :class:`mcptui.errors.McptuiError`; where no gateway answers, UnreachableError.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from typing import Final

from mcptui.control.method import Declared, get, post
from mcptui.errors import UnreachableError
from mcptui.model import Server
from mcptui.model.calls import CallQuery, FoundCalls, GroupBy, GroupStats, Use
from mcptui.model.runtime import (
    CallEvent,
    CallRecord,
    ConnectedClient,
    GatewayStatus,
    Json,
    JsonObject,
    Listed,
    ProbeStep,
    ServerNotification,
)

#: Major and minor version: another major version says that app and gateway do not understand each other. A method
#: or field that is added changes the minor version only.
API_VERSION: Final = "1.0"
#: The header in which every answer names the version.
VERSION_HEADER: Final = "mcptui-control-version"
#: The header in which every request shows the token of :attr:`mcptui.state.paths.Paths.control_token`.
TOKEN_HEADER: Final = "mcptui-control-token"  # noqa: S105  a name


def no_answer() -> UnreachableError:
    """What a call of any method raises where no gateway answers."""
    return UnreachableError("the gateway does not answer", hint="Start it with: mcptui gateway start")


class CallHistory(Declared):
    """The recorded calls; errors are McptuiError where a filter or the history cannot be read."""

    @post("/history/search")
    async def search_calls(self, query: CallQuery, near: int = 0) -> FoundCalls:
        """How many calls ``query`` lets through, and how many of them are newer than the call ``near``."""

    @post("/history/page", result="calls")
    async def found_calls(self, query: CallQuery, newest: int, skip: int = 0, limit: int = 100) -> list[CallRecord]:
        """A page of what :meth:`search_calls` found, newest first, without params, result and events.

        Pages begin at the call ``newest`` of that answer. At most ``MOST_CALLS`` at a time; fewer than ``limit``, up
        to that, say that there are no older ones.
        """

    @get("/history/calls/{id_}", result="call")
    async def recorded_call(self, id_: int) -> CallRecord | None:
        """One call with all that is kept of it; None where it is forgotten."""

    @post("/history/calls")
    def recorded_calls(self, query: CallQuery) -> AsyncGenerator[CallRecord, None]:
        """The calls that ``query`` lets through, newest first, with all that is kept of them."""

    @post("/history/earlier", result="calls")
    async def earlier_calls(self, method: str, server: str, names: Sequence[str], limit: int = 100) -> list[CallRecord]:
        """The calls of one tool, prompt or resource of ``server`` by any client, newest first.

        ``names`` are what it is called at the gateway and at the server; at most 500 calls.
        """

    @post("/history/stats", result="groups")
    async def call_stats(
        self, by: GroupBy, start: float, end: float, query: CallQuery = CallQuery(), buckets: int = 30
    ) -> list[GroupStats]:
        """Numbers of the calls from ``start`` to ``end`` (epoch seconds), one for each group, most calls first."""

    @get("/history/uses", result="uses")
    async def uses(self) -> list[Use]:
        """What each key has called since the log began; also where the calls are forgotten."""


class Control(CallHistory):
    """What app and command line ask of a running gateway."""

    @post("/reload", result="revision")
    async def reload(self) -> str:
        """Read the state file now; the revision in effect.

        Raises:
            McptuiError: the newest file cannot be used.
        """

    @get("/attend", result="attended")
    def attend(self) -> AsyncGenerator[bool, None]:
        """True once, then nothing: a gateway that ends with its app ends soon after the last such stream has ended."""

    @get("/listed")
    async def listed(self, key: str | None, server: str | None = None) -> Listed:
        """What ``key`` sees, or the part of it that ``server`` offers; None is the owner, who sees all that is on."""

    @post("/call")
    def call(
        self, method: str, params: JsonObject | None = None, *, key: str | None = None
    ) -> AsyncGenerator[CallEvent, None]:
        """The events of one MCP request as ``key``, ending with "result" or "error"."""

    @get("/notifications")
    def notifications(self, key: str | None = None) -> AsyncGenerator[ServerNotification, None]:
        """What servers say outside of requests to ``key``, or to the owner: list changes, log messages and the like."""

    @post("/updates")
    def updates(self, uri: str, key: str | None = None) -> AsyncGenerator[ServerNotification, None]:
        """Updates of a resource, which is subscribed to as long as they are read."""

    @post("/without-secrets", result="texts")
    async def without_secrets(self, texts: Sequence[str]) -> list[str]:
        """``texts`` with a mark in the place of each secret in use and of each key: for what others may read."""

    @post("/chat", body="request")
    def chat(self, request: JsonObject) -> AsyncGenerator[CallEvent, None]:
        """The events of one turn of a conversation with a model that may use tools."""

    @post("/answer")
    async def answer(self, id_: Json, result: Json = None, error: Json = None) -> None:
        """Answer an "ask" or "approval" event.

        Raises:
            NotFoundError: nobody waits for it any more.
        """

    @post("/probe", body="server")
    def probe(self, server: Server) -> AsyncGenerator[ProbeStep, None]:
        """Try ``server``, saved or not, step by step."""

    @get("/traffic")
    def traffic(self, since: int = 0, *, follow: bool = False) -> AsyncGenerator[CallRecord, None]:
        """The newest calls after the id ``since``, and with ``follow`` those to come."""

    @get("/clients", result="clients")
    async def clients(self) -> list[ConnectedClient]:
        """The clients that have sessions, streams or calls now, those of app and command line aside."""

    @post("/clients/{id_}/disconnect", result="ended")
    async def disconnect(self, id_: str) -> int:
        """End all that a client has open; how much that was. It may come back while its key is valid.

        Raises:
            NotFoundError: no such client is connected.
        """

    @post("/servers/{server}/refresh")
    async def refresh(self, server: str) -> None:
        """Connect to ``server`` anew and read its lists.

        Raises:
            NotFoundError: there is no such server.
        """

    @post("/servers/{server}/login")
    def log_in(self, server: str, key: str | None = None) -> AsyncGenerator[CallEvent, None]:
        """The events of a login, for everybody or for one key.

        "open" {id, url, redirect_uri, seconds, remarks}, then "done" {scope} or "failed" {message, hint}.
        """

    @post("/logins/{id_}")
    async def paste_login(self, id_: str, url: str) -> None:
        """Give a login the URL that a browser elsewhere ended at.

        Raises:
            McptuiError: it is not the answer to this login, or nobody waits for it any more.
        """

    @post("/servers/{server}/logout")
    async def log_out(self, server: str, key: str | None = None) -> None:
        """Revoke and forget the login at ``server``.

        Raises:
            McptuiError: it is forgotten here, but could not be revoked.
        """

    @post("/secret-changed")
    async def secret_changed(self, path: str | None) -> None:
        """The secret at ``path`` (None: any) has a new value."""


class ProcessControl(Control):
    """All methods, with those for whoever starts and ends the process; they work across versions."""

    @get("/status", any_version=True)
    async def status(self) -> GatewayStatus:
        """State of the gateway and its servers."""

    @post("/stop", any_version=True)
    async def stop(self) -> None:
        """Ask the gateway to end."""
