"""When access ends by itself."""

from __future__ import annotations

from datetime import datetime

from mcptui.model import State


def next_expiry(state: State, now: datetime) -> datetime | None:
    """The first moment after ``now`` at which a key expires, or the overlap of a rotation ends."""
    moments = (moment for key in state.keys.values() for moment in (key.expires, key.previous_expires))
    return min((moment for moment in moments if moment is not None and moment > now), default=None)
