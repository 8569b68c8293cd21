"""All stores of one gateway: what outlives a request, or is agreed on by several processes, goes through these."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Final, Protocol, runtime_checkable

from mcptui.stores.announcements import AnnouncementStore, MemoryAnnouncements
from mcptui.stores.approvals import ApprovalStore, LocalApprovals
from mcptui.stores.audit import AuditStore, MemoryAudit
from mcptui.stores.catalogues import CatalogueStore, LocalCatalogues
from mcptui.stores.history.log import History
from mcptui.stores.history.port import HistoryStore
from mcptui.stores.leases import LIFETIME, LeaseStore, MemoryLeases
from mcptui.stores.locks import LockStore, MemoryLocks
from mcptui.stores.owners import MemoryOwners, OwnerStore
from mcptui.stores.provider_files import LocalProviderFiles, ProviderFileStore
from mcptui.stores.provider_responses import LocalProviderResponses, ProviderResponseStore
from mcptui.stores.rate_limits import MemoryRateLimits, RateLimitStore
from mcptui.stores.responses import LocalResponses, ResponseStore
from mcptui.stores.seal_keys import FileSealKeys, MemorySealKeys, SealKeys
from mcptui.stores.tasks import LocalTasks, TaskStore

#: Two attempts may fail before what this process holds runs out, seconds.
RENEW_EVERY: Final = LIFETIME / 3


@runtime_checkable
class _Closable(Protocol):
    async def close(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Stores:
    """One store for each port."""

    history: HistoryStore
    approvals: ApprovalStore
    catalogues: CatalogueStore
    provider_files: ProviderFileStore
    provider_responses: ProviderResponseStore
    responses: ResponseStore
    seal_keys: SealKeys
    tasks: TaskStore
    #: These end with the process on one machine; after a restart, rate limits are restored from the history.
    announcements: AnnouncementStore = field(default_factory=MemoryAnnouncements)
    audit: AuditStore = field(default_factory=MemoryAudit)
    leases: LeaseStore = field(default_factory=MemoryLeases)
    owners: OwnerStore = field(default_factory=MemoryOwners)
    rate_limits: RateLimitStore = field(default_factory=MemoryRateLimits)
    token_locks: LockStore = field(default_factory=MemoryLocks)

    @classmethod
    def in_memory(cls) -> Stores:
        """Stores that end with the process."""
        return cls(
            history=History(None),
            approvals=LocalApprovals(),
            catalogues=LocalCatalogues(),
            provider_files=LocalProviderFiles(),
            provider_responses=LocalProviderResponses(),
            responses=LocalResponses(),
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
            provider_files=LocalProviderFiles(directory / "files.json"),
            provider_responses=LocalProviderResponses(directory / "responses.json"),
            responses=LocalResponses(directory / "stored-responses.db"),
            seal_keys=FileSealKeys(directory / "seal-keys.json"),
            tasks=LocalTasks(directory / "tasks.json"),
        )

    async def renew(self, replica: str) -> None:
        """Renew what this process holds; to be called every ``RENEW_EVERY`` seconds.

        Args:
            replica: the id of this process.
        """
        await asyncio.gather(self.leases.renew(), self.owners.renew(replica))

    async def close(self) -> None:
        """Write what is not written yet: every store that has something to close is closed."""
        stores = (getattr(self, each.name) for each in fields(self))
        await asyncio.gather(*(store.close() for store in stores if isinstance(store, _Closable)))
