"""What every kind of sign-in can do: say its headers, and what a refusal means."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar

from mcptui.model import Server
from mcptui.model.auth import AuthKind
from mcptui.upstream.oauth.grant import Resolve
from mcptui.upstream.oauth.session import OAuthSessions

K = TypeVar("K", bound=AuthKind)


@dataclass(frozen=True, slots=True)
class SignIn(Generic[K]):
    """Who signs in where.

    Args:
        server: the server.
        url: where it is, without references.
        auth: how it is signed in to.
        account: the key whose own login is used, where keys log in themselves.
    """

    server: Server
    url: str
    auth: K
    account: str | None
    resolve: Resolve
    oauth: OAuthSessions


class Authenticator(ABC, Generic[K]):
    """Signs in to one server."""

    #: Whether its headers may be others with every request.
    changes: ClassVar[bool] = False

    def __init__(self, sign_in: SignIn[K]) -> None:
        self.sign_in = sign_in

    @abstractmethod
    def shown(self, value: str) -> dict[str, str]:
        """``value`` as a client shows it in place of the configured credential.

        Raises:
            UpstreamLoginError: it has not the form that is needed.
        """

    @abstractmethod
    async def headers(self) -> Mapping[str, str]:
        """What is shown with the next request.

        Raises:
            UpstreamLoginError: the credential has not the form that is needed, or a person has to log in.
            UpstreamError: the authorization server cannot be reached.
            McptuiError: a reference cannot be replaced.
        """

    async def refused(self, sent: Mapping[str, str], status: int, challenge: str) -> bool:
        """The server refused a request with the headers ``sent``; whether it makes sense to send it again.

        Args:
            sent: what :meth:`headers` gave for it.
            status: 401 or 403.
            challenge: the value of ``www-authenticate`` (RFC 9110 §11.6.1).

        Raises:
            UpstreamError: it does not, and why.
        """
        return False

    @property
    def hint(self) -> str | None:
        """What a person can do about a refusal, where that depends on the kind."""
        return None


class ConstantAuthenticator(Authenticator[K]):
    """Shows the configured value; a kind says in which form."""

    async def headers(self) -> Mapping[str, str]:
        value = self.sign_in.auth.constant
        return {} if value is None else self.shown(await self.sign_in.resolve(value))
