"""Why an upstream did not do its part.

Messages and hints are for whoever runs the gateway: they name URLs, commands and settings. What clients are told is
:attr:`UpstreamError.public`.
"""

from __future__ import annotations

from collections.abc import Sequence

from mcptui.errors import McptuiError
from mcptui.protocol.text import public_url
from mcptui.upstream.unreachable import short_reason, why_unconnected
from mcptui.upstream.wire.errors import (
    BadAddressError,
    BadHeaderError,
    ConnectError,
    TooLargeError,
    WireError,
)


class UpstreamError(McptuiError):
    """The server could not be reached or did not behave.

    ``public`` is what clients are told, after the words "Server NAME"; ``is_public`` says that message and hint are
    for the client itself, since its own request was wrong. ``ran`` is True when the request may have been executed, so
    that it must not be sent again. ``status`` is the HTTP status, if it was one that went wrong; ``stderr`` the last
    lines of a stdio server.
    """

    public: str = "does not do its part now"

    def __init__(
        self,
        message: str,
        *,
        hint: str | None = None,
        ran: bool = False,
        status: int | None = None,
        stderr: Sequence[str] = (),
        public: str | None = None,
        is_public: bool = False,
    ) -> None:
        super().__init__(message, hint=hint)
        if public is not None or is_public:
            self.public = public or f"failed: {message}"
        elif status is not None and self.public == UpstreamError.public:
            self.public = f"answered with the status {status}"
        self.is_public = is_public
        self.ran = ran
        self.status = status
        self.stderr = tuple(stderr)


class NotReadError(UpstreamError):
    """The session or connection that the request was meant for is gone, and nobody has read it.

    Raised where the answer to this very request says so, or where it was not sent at all: only then may it be sent
    once more, on a new connection.
    """

    @classmethod
    def because(cls, reason: UpstreamError) -> NotReadError:
        """For a request that was not sent, since the connection has ended for ``reason``."""
        return cls(reason.message, hint=reason.hint, stderr=reason.stderr, public=reason.public)


class UpstreamTimeoutError(UpstreamError):
    """No answer within the deadline."""

    public = "did not answer in time"


class FloodError(UpstreamError):
    """The server asks so much that the connection was ended."""


class MessageTooLargeError(UpstreamError):
    """One message has more bytes or values than one may have; the server may have others."""

    @classmethod
    def bytes(cls, where: str, most: int) -> MessageTooLargeError:
        """More than ``most`` bytes."""
        return cls._of(where, f"answered with more than {most:,} bytes", "max_message_bytes")

    @classmethod
    def values(cls, where: str, most: int) -> MessageTooLargeError:
        """More than ``most`` JSON values."""
        return cls._of(where, f"answered with more than {most:,} JSON values", "max_json_values")

    @classmethod
    def _of(cls, where: str, what: str, setting: str) -> MessageTooLargeError:
        hint = f"The setting of the gateway is {setting}."
        return cls(f"{where} {what}", hint=hint, ran=True, public=what)


class ExitedError(UpstreamError):
    """The process of a stdio server has ended by itself."""

    public = "has ended by itself"


class BusyError(UpstreamError):
    """Not even tried: too much is under way. Says nothing about the server."""

    public = "is busy: too many concurrent requests; try again later"


class UpstreamLoginError(UpstreamError):
    """The server wants a credential, or another one."""

    public = "needs a login, or does not take the credential that it was shown"


class NotMcpError(UpstreamError):
    """Something answered, but it does not speak MCP."""

    public = "does not answer as an MCP server does"


def from_wire_error(error: WireError, url: str) -> UpstreamError:
    """One sentence and one hint for what went wrong below; the URL's query and user info stay out."""
    where = public_url(url)
    if isinstance(error, ConnectError):
        why = why_unconnected(error, where)
        return UpstreamError(why.message, hint=why.hint, public=f"cannot be reached ({short_reason(error)})")
    if isinstance(error, BadAddressError):
        return UpstreamError(f"{where} is not a URL", hint="It starts with http:// or https://.")
    if isinstance(error, BadHeaderError):
        return UpstreamError(
            f"a header for {where} holds characters that cannot be sent",
            hint="Look for line breaks in the headers and the secret of this server.",
        )
    if isinstance(error, TooLargeError):
        return UpstreamError(f"{where} answered with {error}", ran=True, public=f"answered with {error}")
    return UpstreamError(f"the connection to {where} broke: {error}", ran=True, public="broke the connection off")
