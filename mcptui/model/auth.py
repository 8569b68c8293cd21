"""How the gateway signs in to a server: one class a kind, with the settings that only this kind has.

In the state file they are flat: ``auth_type`` says which kind, its settings stand beside it. How a kind is shown to a
server is said in ``mcptui/upstream/auth``, in one file a kind, which has the name of its ``TYPE``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, Literal, TypeAlias

from mcptui.model.setting import about

OAuthFlow: TypeAlias = Literal["authorization_code", "client_credentials", "enterprise_managed"]
Credentials: TypeAlias = Literal["shared", "per-key"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthKind:
    """What all kinds have in common."""

    #: How the file calls the kind.
    TYPE: ClassVar[str]

    @property
    def constant(self) -> str | None:
        """What is shown with every request, as it is configured; None where there is no such thing."""
        return None

    @property
    def keeps_logins(self) -> bool:
        """Whether tokens are kept in the secret store."""
        return False

    @property
    def takes_logins(self) -> bool:
        """Whether a person logs in."""
        return False

    @property
    def has_own_logins(self) -> bool:
        """Whether every key logs in itself."""
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class NoAuth(AuthKind):
    """Nothing is shown."""

    TYPE: ClassVar[str] = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential(AuthKind):
    """One value, shown with every request."""

    auth_value: str | None = field(
        default=None,
        repr=False,
        metadata=about(
            "Secret",
            "the token, key or user:password that is sent",
            kept_as="auth",
            order=2,
            placeholder="kept in the secret store",
            is_asked=True,
        ),
    )

    @property
    def constant(self) -> str | None:
        return self.auth_value


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey(Credential):
    """The header ``x-api-key``."""

    TYPE: ClassVar[str] = "api_key"


@dataclass(frozen=True, slots=True, kw_only=True)
class BearerToken(Credential):
    """``authorization: Bearer …`` (RFC 6750)."""

    TYPE: ClassVar[str] = "bearer_token"


@dataclass(frozen=True, slots=True, kw_only=True)
class Basic(Credential):
    """``authorization: Basic …`` (RFC 7617); the value is ``user:password``."""

    TYPE: ClassVar[str] = "basic"


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorization(Credential):
    """The header ``authorization`` as it is."""

    TYPE: ClassVar[str] = "authorization"


@dataclass(frozen=True, slots=True, kw_only=True)
class Token(Credential):
    """``authorization: token …``, as GitHub has it."""

    TYPE: ClassVar[str] = "token"


@dataclass(frozen=True, slots=True, kw_only=True)
class OAuth(AuthKind):
    """Tokens of an authorization server (MCP basic/authorization)."""

    TYPE: ClassVar[str] = "oauth2"

    credentials: Credentials = field(
        default="shared",
        metadata=about(
            "Logins",
            "one OAuth token for all keys, or one per key",
            order=3,
            words={"shared": "shared", "per-key": "per key"},
        ),
    )
    oauth_flow: OAuthFlow = field(
        default="authorization_code",
        metadata=about(
            "Flow",
            "a login by a person, or one of the two that need none",
            order=2,
            words={
                "authorization_code": "a person logs in",
                "client_credentials": "the gateway for itself",
                "enterprise_managed": "by the company's identity provider",
            },
        ),
    )
    oauth_client_id: str | None = field(
        default=None,
        metadata=about(
            "Client id",
            "a client that is registered by hand",
            kind="filled",
            order=5,
            placeholder="the gateway registers itself",
            default_means="the gateway registers itself",
        ),
    )
    oauth_client_secret: str | None = field(
        default=None,
        repr=False,
        metadata=about(
            "Client secret",
            "the secret of that client",
            kind="filled",
            kept_as="oauth-client",
            order=5,
            placeholder="kept in the secret store",
        ),
    )
    oauth_client_key: str | None = field(
        default=None,
        repr=False,
        metadata=about(
            "Client key",
            "its private key (PEM, JWK) in place of a secret: private_key_jwt",
            kind="filled",
            kept_as="oauth-key",
            order=5,
            placeholder="kept in the secret store",
        ),
    )
    oauth_client_metadata_url: str | None = field(
        default=None,
        metadata=about(
            "Client URL",
            "the https URL of a Client ID Metadata Document for this client",
            kind="url",
            order=5,
            placeholder="https document about the client",
        ),
    )
    oauth_scopes: tuple[str, ...] = field(
        default=(),
        metadata=about(
            "Scopes",
            "what a login asks for",
            option="oauth-scope",
            order=4,
            separators=", ",
            placeholder="those that the server asks for",
            default_means="what the server asks for",
        ),
    )
    oauth_issuer: str | None = field(
        default=None,
        metadata=about(
            "Issuer",
            "the only authorization server to trust for it",
            kind="url",
            order=6,
            placeholder="the only one to trust; any",
            default_means="any",
        ),
    )
    oauth_require_pkce: bool = field(
        default=False,
        metadata=about("PKCE required", "refuse an authorization server that does not offer PKCE", order=6),
    )
    oauth_redirect_uri: str | None = field(
        default=None,
        metadata=about(
            "Redirect URI",
            "the redirect address of a client that is registered by hand",
            kind="url",
            order=6,
            placeholder="http://127.0.0.1:PORT/callback",
            default_means="`http://127.0.0.1:PORT/callback`",
        ),
    )
    oauth_redirect_port: int | None = field(
        default=None,
        metadata=about(
            "Redirect port",
            "where the browser comes back to",
            maximum=65535,
            order=6,
            placeholder="any free one",
            default_means="any free one",
        ),
    )

    oauth_idp_issuer: str | None = field(
        default=None,
        metadata=about("IdP issuer", "the identity provider of enterprise_managed", kind="url", order=7),
    )
    oauth_idp_client_id: str | None = field(
        default=None,
        metadata=about(
            "IdP client id", "the client that is registered at the identity provider", kind="filled", order=7
        ),
    )
    oauth_idp_client_secret: str | None = field(
        default=None,
        repr=False,
        metadata=about(
            "IdP secret",
            "the secret of the client at the identity provider",
            kind="filled",
            kept_as="oauth-idp-client",
            order=7,
            placeholder="kept in the secret store",
        ),
    )
    oauth_idp_token: str | None = field(
        default=None,
        repr=False,
        metadata=about(
            "IdP token",
            "the ID token of the person; a ${file:…} is read again every time",
            kind="filled",
            kept_as="oauth-idp-token",
            order=7,
            placeholder="kept in the secret store",
        ),
    )

    @property
    def keeps_logins(self) -> bool:
        return True

    @property
    def lacks(self) -> tuple[str, ...]:
        """What its flow cannot do without and is not set."""
        needed: dict[str, object] = {}
        if self.oauth_flow != "authorization_code":
            needed["oauth_client_id"] = self.oauth_client_id
        if self.oauth_flow == "client_credentials":
            needed["oauth_client_secret or oauth_client_key"] = self.oauth_client_secret or self.oauth_client_key
        if self.oauth_flow == "enterprise_managed":
            # Otherwise the server could have a person's assertion sent wherever it likes.
            needed["oauth_issuer"] = self.oauth_issuer
            needed["oauth_idp_issuer"] = self.oauth_idp_issuer
            needed["oauth_idp_client_id"] = self.oauth_idp_client_id
            needed["oauth_idp_token"] = self.oauth_idp_token
        return tuple(name for name, value in needed.items() if not value)

    @property
    def takes_logins(self) -> bool:
        return self.oauth_flow == "authorization_code"

    @property
    def has_own_logins(self) -> bool:
        return self.credentials == "per-key"


#: Every kind, in the order in which people choose; type checkers need it written out. A new one is added here.
Auth: TypeAlias = NoAuth | ApiKey | BearerToken | Basic | Authorization | Token | OAuth
