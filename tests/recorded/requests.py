"""All groups of recorded exchanges; each runs against a gateway of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tests.recorded.groups import (
    access,
    asking,
    changes,
    control,
    conversation,
    defects,
    handshake,
    legacy,
    models,
    stateless,
    streams,
)
from tests.recorded.recorder import Scenario

GROUPS: Final[Mapping[str, Mapping[str, Scenario]]] = {
    "stateless": stateless.SCENARIOS,
    "handshake": handshake.SCENARIOS,
    "legacy": legacy.SCENARIOS,
    "asking": asking.SCENARIOS,
    "streams": streams.SCENARIOS,
    "changes": changes.SCENARIOS,
    "access": access.SCENARIOS,
    "defects": defects.SCENARIOS,
    "models": models.SCENARIOS,
    "conversation": conversation.SCENARIOS,
    "control": control.SCENARIOS,
}
