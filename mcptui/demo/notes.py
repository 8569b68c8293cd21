"""The notes that the demo server searches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Note:
    """One note."""

    id: str
    title: str
    text: str


_ALL: Final = (
    Note(
        "gateway",
        "What the gateway does",
        "The gateway is one address for many MCP servers. A client connects to /mcp with its key and sees the "
        "tools of the servers that the key may use, each with the server's name in front: demo__calculate.",
    ),
    Note(
        "keys",
        "Keys, users, teams and orgs",
        "A key belongs to a user, a team or an org. Each of them may carry a list of allowed servers; a key may "
        "use what all of them allow. A key is shown once, when it is created; only its hash is stored.",
    ),
    Note(
        "standup",
        "Stand-up on Tuesday",
        "Release on Thursday if the load test stays green. Mara books a room for the review, Jonas writes the "
        "changelog. Open question: who is on call during the holidays?",
    ),
    Note(
        "pancakes",
        "Pancakes for four",
        "250 g flour, 500 ml milk, 3 eggs, a pinch of salt. Let the batter rest for 20 minutes. Thin in the "
        "pan, with apple sauce on the plate.",
    ),
    Note(
        "lisbon",
        "Packing list for Lisbon",
        "Good shoes for the hills, a jacket for the wind at the river, the tram card from last year, sun cream. "
        "Pastéis before ten, later the queue is long.",
    ),
)

NOTES: Final = {note.id: note for note in _ALL}


def search(query: str, limit: int) -> list[Note]:
    """The notes that hold most words of ``query``, best first; notes that hold none are left out."""
    words = [word for word in query.casefold().split() if word]
    scored = [(sum(word in f"{note.id} {note.title} {note.text}".casefold() for word in words), note) for note in _ALL]
    found = [(score, note) for score, note in scored if score]
    return [note for _, note in sorted(found, key=lambda pair: -pair[0])[:limit]]
