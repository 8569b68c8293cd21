"""The gateway's way to model providers: one pool of connections for all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.request import getproxies

from mcptui.upstream.oauth.grant import Resolve

if TYPE_CHECKING:
    import httpx2

    from mcptui.llm.connection import Connection
    from mcptui.model import LlmModel
    from mcptui.upstream.wire.client import HttpClient

_PROXIED: Final = frozenset({"http", "https", "all"})


class Providers:
    """Opens connections to models; loads the HTTP client with the first of them, it costs start-up time."""

    def __init__(self, resolve: Resolve, client: HttpClient) -> None:
        self._resolve = resolve
        self._client_of_servers = client
        self._http: httpx2.AsyncClient | None = None
        # By address and name there; what a provider said holds until this process ends.
        self._context_sizes: dict[tuple[str, str], int] = {}
        self._refused: dict[tuple[str, str], set[str]] = {}

    async def connect(self, model: LlmModel) -> Connection:
        """The way to ``model``.

        Raises:
            McptuiError: its API key cannot be resolved.
        """
        from mcptui.llm.connection import Connection

        api_key = await self._resolve(model.api_key) if model.api_key else None
        refused = self._refused.setdefault((model.base_url, model.model), set())
        return Connection(model, api_key, self._client(), refused=refused)

    def context_size(self, model: LlmModel) -> int | None:
        """How many tokens ``model`` takes: as its entry says, else as its provider said when it refused more."""
        return model.context_size or self._context_sizes.get((model.base_url, model.model))

    def learn_context_size(self, model: LlmModel, size: int) -> None:
        """Remember what the provider of ``model`` said."""
        self._context_sizes[model.base_url, model.model] = size

    def _client(self) -> httpx2.AsyncClient:
        if self._http is None:
            import httpx2

            from mcptui.gateway.models.wire_transport import WireTransport

            limits = httpx2.Limits(max_connections=None, max_keepalive_connections=100, keepalive_expiry=60)
            # Proxies are what only httpx2 knows.
            transport = None if _PROXIED & getproxies().keys() else WireTransport(self._client_of_servers)
            self._http = httpx2.AsyncClient(transport=transport, limits=limits, follow_redirects=False)
        return self._http

    async def close(self) -> None:
        """Close all connections."""
        if self._http is not None:
            await self._http.aclose()
