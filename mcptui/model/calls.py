"""What is asked of the recorded calls, and told of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

#: An answer of the control API has so many calls at most, whatever is asked for.
MOST_CALLS: Final = 500

GroupBy: TypeAlias = Literal["server", "key", "tool", "client"]


@dataclass(frozen=True, slots=True)
class CallQuery:
    """A filter of calls as a person wrote it.

    Attributes:
        text: in the filter language; empty for all calls.
        now: what ``since:`` counts from, ISO 8601 with the person's time zone; empty for the gateway's moment.
    """

    text: str = ""
    now: str = ""


@dataclass(frozen=True, slots=True)
class FoundCalls:
    """How many calls a filter lets through.

    Attributes:
        newest: the id of the newest of them; 0 where there is none. Pages are counted from it, so that calls which
            come later move nothing.
        place: how many of them are newer than the call that was asked about.
    """

    total: int
    newest: int
    place: int = 0


@dataclass(frozen=True, slots=True)
class GroupStats:
    """The calls of one group in one stretch of time.

    Attributes:
        failed: how many of ``calls`` did not work (tool errors, errors, denied, unreachable).
        p50: half of the calls took at most so many ms (nearest rank); p95 likewise.
        bytes_out: sum of the answers' sizes.
        counts: calls in equal stretches of time, oldest first; ``failures`` likewise.
    """

    name: str
    calls: int
    failed: int
    p50: float
    p95: float
    slowest: float
    bytes_out: int
    counts: tuple[int, ...]
    failures: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Use:
    """How often a key called one server (None: requests that were about none), and when last (epoch seconds)."""

    key: str
    server: str | None
    calls: int
    at: float
