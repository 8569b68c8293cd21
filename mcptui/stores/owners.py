"""Which of several gateways has what: a session that a client has opened with it, a server whose lists it reads."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from mcptui.stores.leases import LIFETIME


class OwnerStore(Protocol):
    """Names, each with one owner at most: the id of a replica, which is one process of the gateway.

    A replica that claims and renews nothing for :data:`~mcptui.stores.leases.LIFETIME` seconds has died, and what it
    had is nobody's. There is no form in a file: one process holds the state directory, and its sessions end with it.
    """

    async def claim(self, name: str, replica: str) -> bool:
        """Make ``replica`` the owner of ``name`` unless another one is; whether it is the owner now."""
        ...

    async def owner(self, name: str) -> str | None:
        """The replica that has ``name``."""
        ...

    async def release(self, name: str, replica: str) -> None:
        """``replica`` does not have ``name`` any more; nothing happens where it did not."""
        ...

    async def renew(self, replica: str) -> None:
        """``replica`` lives, and keeps what it has."""
        ...


class MemoryOwners:
    """What the replicas in one process have: on one machine, the only one.

    Args:
        clock: seconds that only grow.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._replicas: dict[str, _Replica] = {}

    async def claim(self, name: str, replica: str) -> bool:
        """Make ``replica`` the owner of ``name`` unless another one is."""
        if await self.owner(name) not in (None, replica):
            return False
        await self.renew(replica)
        self._replicas[replica].names.add(name)
        return True

    async def owner(self, name: str) -> str | None:
        """The replica that has ``name``."""
        self._forget_dead()
        return next((id_ for id_, replica in self._replicas.items() if name in replica.names), None)

    async def release(self, name: str, replica: str) -> None:
        """``replica`` does not have ``name`` any more."""
        if (known := self._replicas.get(replica)) is not None:
            known.names.discard(name)

    async def renew(self, replica: str) -> None:
        """``replica`` lives."""
        self._forget_dead()
        self._replicas.setdefault(replica, _Replica()).until = self._clock() + LIFETIME

    def _forget_dead(self) -> None:
        now = self._clock()
        for id_ in [id_ for id_, replica in self._replicas.items() if replica.until <= now]:
            del self._replicas[id_]


@dataclass(slots=True)
class _Replica:
    until: float = 0.0
    names: set[str] = field(default_factory=set)
