"""Requests of clients for tests that need no front."""

from __future__ import annotations

from typing import Any

from mcptui.gateway.exchange import Exchange
from mcptui.gateway.principal import KeyPrincipal
from mcptui.gateway.snapshot import Snapshot
from mcptui.model import State
from mcptui.state.loaded import Loaded


def exchange(state: State | None = None, **more: Any) -> Exchange:
    """One of the key "k" in the handshake era; ``more`` says what is different about it."""
    facts: dict[str, Any] = {
        "principal": KeyPrincipal("k"),
        "snapshot": Snapshot(Loaded(state or State(), "r")),
        "era": "handshake",
        "version": "2025-11-25",
        "method": "tools/call",
        "params": {},
    }
    return Exchange(**facts | more)
