"""How long lists that were read count as those that the server has now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from mcptui.protocol.listed.items import FEATURES
from mcptui.upstream.server.lists import Lists

#: Of a server that says nothing about it and announces nothing, seconds.
UNTOLD: Final = 5.0
#: Of one that announces changes: an announcement may be lost, seconds.
ANNOUNCED: Final = 300.0
#: Lists are not read more often than this because somebody asks for them, or names what none has, seconds: 0 is what
#: servers say by default, and every list request would go to every server.
LEAST_PAUSE: Final = 1.0


def lifetime(lists: Lists, capabilities: Mapping[str, Any], *, hears: bool) -> float:
    """Seconds for which ``lists`` count as current.

    Args:
        lists: as they were read.
        capabilities: of the server.
        hears: whether it could announce a change now.
    """
    said = [reading.hint.ttl_ms / 1000 for reading in lists.readings.values() if reading.hint is not None]
    if said:
        return max(min(said), LEAST_PAUSE)
    return ANNOUNCED if hears and announces(capabilities) else UNTOLD


def announces(capabilities: Mapping[str, Any]) -> bool:
    """Whether a server with these capabilities says that it announces changes of every list that it has."""
    offered = [capabilities[feature] for feature in FEATURES if feature in capabilities]
    return bool(offered) and all(isinstance(each, dict) and each.get("listChanged") is True for each in offered)
