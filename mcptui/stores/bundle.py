"""All stores of one gateway: what outlives a request, or is agreed on by several processes, goes through these."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

from mcptui.stores.approvals import ApprovalStore, LocalApprovals
from mcptui.stores.catalogues import CatalogueStore, LocalCatalogues
from mcptui.stores.history.log import History
from mcptui.stores.history.port import HistoryStore
from mcptui.stores.leases import LeaseStore, MemoryLeases
from mcptui.stores.locks import LockStore, MemoryLocks
from mcptui.stores.provider_responses import LocalProviderResponses, ProviderResponseStore
from mcptui.stores.rate_limits import MemoryRateLimits, RateLimitStore
from mcptui.stores.seal_keys import FileSealKeys, MemorySealKeys, SealKeys
from mcptui.stores.tasks import LocalTasks, TaskStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Stores:
    """One store for each port."""

    history: HistoryStore
    approvals: ApprovalStore
    catalogues: CatalogueStore
    provider_responses: ProviderResponseStore
    seal_keys: SealKeys
    tasks: TaskStore
    #: These end with the process on one machine; after a restart, rate limits are restored from the history.
    leases: LeaseStore = field(default_factory=MemoryLeases)
    rate_limits: RateLimitStore = field(default_factory=MemoryRateLimits)
    token_locks: LockStore = field(default_factory=MemoryLocks)

    @classmethod
    def in_memory(cls) -> Stores:
        """Stores that end with the process."""
        return cls(
            history=History(None),
            approvals=LocalApprovals(),
            catalogues=LocalCatalogues(),
            provider_responses=LocalProviderResponses(),
            seal_keys=MemorySealKeys(),
            tasks=LocalTasks(),
        )

    @classmethod
    def in_directory(cls, directory: Path) -> Stores:
        """Stores in the files of one gateway's state directory."""
        return cls(
            history=History(directory / "history.db"),
            approvals=LocalApprovals(directory / "approvals.json"),
            catalogues=LocalCatalogues(directory / "catalogue.json"),
            provider_responses=LocalProviderResponses(directory / "responses.json"),
            seal_keys=FileSealKeys(directory / "seal-keys.json"),
            tasks=LocalTasks(directory / "tasks.json"),
        )

    async def close(self) -> None:
        """Write what is not written yet."""
        stores = (self.approvals, self.catalogues, self.provider_responses, self.tasks)
        await asyncio.gather(*(store.close() for store in stores))
        await asyncio.to_thread(self.history.close)
