"""What screens use to reach the rest of the program."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from mcptui.interop.machine import Machine
from mcptui.services.ports import GatewayPort

if TYPE_CHECKING:
    from mcptui.services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class AppContext:
    """The home that is open and the gateway that belongs to it."""

    workspace: Workspace
    gateway: GatewayPort
    #: Seconds since the epoch.
    clock: Callable[[], float] = time.time
    #: What to call the home where it is not the usual one.
    profile: str | None = None
    #: Where the configuration files of other programs are.
    machine: Machine = field(default_factory=Machine.here)

    @property
    def now(self) -> datetime:
        """The moment in UTC."""
        return datetime.fromtimestamp(self.clock(), UTC)
