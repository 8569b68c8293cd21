"""The gateway's way to model providers: connections as servers have them, by the settings of each model."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Final

from mcptui.upstream.oauth.grant import Resolve

if TYPE_CHECKING:
    import httpx2

    from mcptui.llm.connection import Connection
    from mcptui.model import LlmModel
    from mcptui.upstream.network import Networks
    from mcptui.upstream.wire.client import HttpClient


#: Clients that are kept: settings change and references lead elsewhere, and who was reached as before is no more.
MAX_CLIENTS: Final = 32


class Providers:
    """Opens connections to models; loads the HTTP client with the first of them, it costs start-up time."""

    def __init__(self, resolve: Resolve, networks: Networks) -> None:
        self._resolve = resolve
        self._networks = networks
        #: In the order of their last use.
        self._https: OrderedDict[HttpClient, httpx2.AsyncClient] = OrderedDict()
        # By address and name there; what a provider said holds until this process ends.
        self._context_sizes: dict[tuple[str, str], int] = {}
        self._refused: dict[tuple[str, str], set[str]] = {}

    async def connect(self, model: LlmModel) -> Connection:
        """The way to ``model``.

        Raises:
            McptuiError: a reference in its description cannot be resolved.
        """
        from mcptui.llm.connection import Connection

        base_url = await self._resolve(model.base_url)
        api_key = await self._resolve(model.api_key) if model.api_key else None
        client = await self._networks.client(model, self._resolve)
        refused = self._refused.setdefault((model.base_url, model.model), set())
        return Connection(model, api_key, self._http(client), base_url=base_url, refused=refused)

    def context_size(self, model: LlmModel) -> int | None:
        """How many tokens ``model`` takes: as its entry says, else as its provider said when it refused more."""
        return model.context_size or self._context_sizes.get((model.base_url, model.model))

    def learn_context_size(self, model: LlmModel, size: int) -> None:
        """Remember what the provider of ``model`` said."""
        self._context_sizes[model.base_url, model.model] = size

    def _http(self, client: HttpClient) -> httpx2.AsyncClient:
        """Models that are reached alike share one."""
        if client not in self._https:
            import httpx2

            from mcptui.gateway.models.wire_transport import WireTransport

            self._https[client] = httpx2.AsyncClient(transport=WireTransport(client), follow_redirects=False)
            if len(self._https) > MAX_CLIENTS:
                self._https.popitem(last=False)  # requests under way go on; its connections end when they are idle
        self._https.move_to_end(client)
        return self._https[client]

    async def close(self) -> None:
        """Close all connections."""
        for http in self._https.values():
            await http.aclose()
