"""What can go wrong between a login and a token."""

from __future__ import annotations

from mcptui.upstream.errors import UpstreamError, UpstreamLoginError


class OAuthError(UpstreamError):
    """The authorization server, or what a server says about it, cannot be used."""


class TokenRefusedError(OAuthError):
    """A token endpoint has given its last word: the same request gets no token later either."""


class LoginNeededError(UpstreamLoginError):
    """A person has to log in: never done, expired, refused, or with too few permissions."""
