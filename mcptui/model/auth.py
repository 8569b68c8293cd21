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
            "token, API key or user:password",
            kept_as="auth",
            order=2,
            placeholder="saved in the secret store",
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
            "OAuth token",
            "one login for all keys, or one per key",
            order=3,
            words={"shared": "shared", "per-key": "per key"},
        ),
    )
    oauth_flow: OAuthFlow = field(
        default="authorization_code",
        metadata=about(
            "Flow",
            "how the gateway gets the token",
            order=2,
            words={
                "authorization_code": "authorization code (a person logs in)",
                "client_credentials": "client credentials",
                "enterprise_managed": "enterprise-managed (identity provider)",
            },
        ),
    )
    oauth_client_id: str | None = field(
        default=None,
        metadata=about(
            "Client ID",
            "ID of a pre-registered client",
            kind="filled",
            order=5,
            placeholder="empty: dynamic registration",
            default_means="dynamic registration",
        ),
    )
    oauth_client_secret: str | None = field(
        default=None,
        repr=False,
        metadata=about(
            "Client secret",
            "secret of the pre-registered client",
            kind="filled",
            kept_as="oauth-client",
            order=5,
            placeholder="saved in the secret store",
        ),
    )
    oauth_client_key: str | None = field(
        default=None,
        repr=False,
        metadata=about(
            "Client key",
            "private key (PEM or JWK) instead of a secret: private_key_jwt",
            kind="filled",
            kept_as="oauth-key",
            order=5,
            placeholder="saved in the secret store",
        ),
    )
    oauth_client_metadata_url: str | None = field(
        default=None,
        metadata=about(
            "Client metadata URL",
            "https URL of a Client ID Metadata Document",
            kind="url",
            order=5,
            placeholder="optional; https://…",
        ),
    )
    oauth_scopes: tuple[str, ...] = field(
        default=(),
        metadata=about(
            "Scopes",
            "scopes that a login requests",
            option="oauth-scope",
            order=4,
            separators=", ",
            placeholder="requested by the server",
            default_means="those requested by the server",
        ),
    )
    oauth_issuer: str | None = field(
        default=None,
        metadata=about(
            "Issuer",
            "the only trusted authorization server",
            kind="url",
            order=6,
            placeholder="any; or the only trusted one",
            default_means="any",
        ),
    )
    oauth_require_pkce: bool = field(
        default=False,
        metadata=about("PKCE required", "refuse authorization servers without PKCE", order=6),
    )
    oauth_redirect_uri: str | None = field(
        default=None,
        metadata=about(
            "Redirect URI",
            "redirect URI of the pre-registered client",
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
            "port of the redirect URI",
            maximum=65535,
            order=6,
            placeholder="any free port",
            default_means="any free port",
        ),
    )

    oauth_idp_issuer: str | None = field(
        default=None,
        metadata=about("IdP issuer", "issuer of the identity provider (enterprise_managed)", kind="url", order=7),
    )
    oauth_idp_client_id: str | None = field(
        default=None,
        metadata=about("IdP client ID", "client ID at the identity provider", kind="filled", order=7),
    )
    oauth_idp_client_secret: str | None = field(
        default=None,
        repr=False,
        metadata=about(
            "IdP client secret",
            "client secret at the identity provider",
            kind="filled",
            kept_as="oauth-idp-client",
            order=7,
            placeholder="saved in the secret store",
        ),
    )
    oauth_idp_token: str | None = field(
        default=None,
        repr=False,
        metadata=about(
            "IdP token",
            "ID token of the person; ${file:…} is read again for every login",
            kind="filled",
            kept_as="oauth-idp-token",
            order=7,
            placeholder="saved in the secret store",
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
