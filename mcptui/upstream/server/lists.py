"""What a server offers, as it was read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from mcptui.protocol.listed.items import PROMPTS, RESOURCES, TEMPLATES, TOOLS, Item, Kind
from mcptui.upstream.call import Peer

#: Where :class:`Lists` has each of them.
FIELDS: Final[Mapping[Kind, str]] = {
    TOOLS: "tools", PROMPTS: "prompts", RESOURCES: "resources", TEMPLATES: "templates"
}  # fmt: skip


class CacheHint(NamedTuple):
    """How long a list may be kept, and by whom (2026-07-28 server/utilities/caching)."""

    ttl_ms: int
    scope: str


class Reading(NamedTuple):
    """How it went to read one list."""

    #: What was mended, left out or could not be read, in words.
    remarks: tuple[str, ...] = ()
    #: Entries that are not in the list, since nothing could be made of them.
    left_out: int = 0
    #: What the server said about keeping it.
    hint: CacheHint | None = None


@dataclass(frozen=True, slots=True)
class Lists:
    """Tools, prompts, resources and resource templates of one server, each entry readable for typed clients."""

    tools: tuple[Item, ...] = ()
    prompts: tuple[Item, ...] = ()
    resources: tuple[Item, ...] = ()
    templates: tuple[Item, ...] = ()
    #: How it went to read them, by method.
    readings: Mapping[str, Reading] = field(default_factory=dict)

    def of(self, kind: Kind) -> tuple[Item, ...]:
        """One of them."""
        items: tuple[Item, ...] = getattr(self, FIELDS[kind])
        return items

    @property
    def left_out(self) -> int:
        """Entries that are in none of them."""
        return sum(reading.left_out for reading in self.readings.values())

    @property
    def remarks(self) -> list[str]:
        """What was mended, left out or could not be read."""
        return [remark for reading in self.readings.values() for remark in reading.remarks]


class Offer(NamedTuple):
    """What a server is and has for somebody."""

    #: None before it was reached.
    peer: Peer | None
    lists: Lists

    def is_like(self, other: Offer) -> bool:
        """Whether a client sees the same."""
        mine, theirs = self.peer, other.peer
        is_same_peer = mine is theirs or (
            mine is not None
            and theirs is not None
            and (mine.capabilities, mine.instructions) == (theirs.capabilities, theirs.instructions)
        )
        return is_same_peer and all(self.lists.of(kind) == other.lists.of(kind) for kind in FIELDS)
