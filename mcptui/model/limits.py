"""How much of everything the gateway takes on: work for one never costs another.

Each limit has a reason beside its default. docs/limits.md says what happens beyond it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from mcptui.model.setting import About, about

# Headings of its settings.
_CONNECTIONS: Final = "Connections"
_MESSAGES: Final = "Messages"
_SESSIONS: Final = "Sessions"
_CALLS: Final = "Calls"
_SERVERS: Final = "Servers"
_RECORDS: Final = "Records"


def _seconds(title: str, text: str, group: str) -> dict[str, About]:
    return about(title, text, group=group, kind="seconds", unit="seconds")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The limits among the settings of the gateway."""

    # A session with an open stream is one connection; the process may open 10,240 files, and needs some for servers.
    max_connections: int = field(
        default=5_000,
        metadata=about(
            "Connections",
            "of clients at once; beyond it the longest unused one is closed",
            group=_CONNECTIONS,
            minimum=16,
        ),
    )
    # A browser opens six, an agent one for every session; one address may be an office behind one router.
    max_connections_per_address: int = field(
        default=500,
        metadata=about(
            "From one address",
            "at once; not from this machine or trusted_proxies",
            group=_CONNECTIONS,
        ),
    )
    # Keys, tokens and cookies of a client have a few kilobytes; nginx takes 32 kB, Node 16 kB.
    max_head_bytes: int = field(
        default=32_768,
        metadata=about(
            "Largest head", "address and headers of a request", group=_CONNECTIONS, unit="bytes", minimum=1024
        ),
    )
    max_headers: int = field(
        default=128, metadata=about("Headers", "of one request", group=_CONNECTIONS, unit="headers", minimum=8)
    )
    # A head is sent at once: only a stalled client takes longer.
    head_timeout: float = field(
        default=20.0, metadata=_seconds("Head within", "seconds until a request's head is complete", _CONNECTIONS)
    )
    # Slow networks manage more than 10 kB a second.
    body_timeout: float = field(
        default=30.0,
        metadata=_seconds("Body within", "seconds for every 300 kB of a body; less of it is no progress", _CONNECTIONS),
    )
    # The same from the other side: somebody who takes nothing holds what is sent to them in memory.
    send_timeout: float = field(
        default=60.0,
        metadata=_seconds("Reads within", "seconds in which a client has to take something", _CONNECTIONS),
    )
    # An answer takes twice its size in memory: the gateway stays under 500 MB also where all of it waits.
    max_unread_bytes: int = field(
        default=128 * 1024 * 1024,
        metadata=about(
            "Waits for readers",
            "of answers, in all; beyond it the slowest are disconnected",
            group=_CONNECTIONS,
            unit="bytes",
            minimum=1024 * 1024,
        ),
    )
    # Files in base64 are the largest that clients send.
    max_body_bytes: int = field(
        default=64 * 1024 * 1024,
        metadata=about("Largest body", "larger requests are refused", group=_MESSAGES, unit="bytes", minimum=1024),
    )
    # A value takes up to 100 bytes of memory however few it has on the wire: `{},` has three.
    max_json_values: int = field(
        default=500_000,
        metadata=about("JSON values", "of one message, names of members included", group=_MESSAGES, minimum=1_000),
    )
    # An idle session takes 50 to 100 kB; its client begins another one when it has ended.
    max_sessions: int = field(
        default=10_000,
        metadata=about("Sessions", "in all; beyond it one ends of the key that has most", group=_SESSIONS),
    )
    max_sessions_per_key: int = field(
        default=2_500,
        metadata=about("Sessions of a key", "beyond it its longest unused one ends", group=_SESSIONS),
    )
    # A whole answer is held several times while it is read and written: twice what the largest tools send.
    max_message_bytes: int = field(
        default=64 * 1024 * 1024,
        metadata=about(
            "Largest message",
            "of a server; a call with a larger answer fails",
            group=_SERVERS,
            unit="bytes",
            minimum=1024,
        ),
    )
    # One of the largest, and several times that while it is decoded: the gateway stays under 500 MB.
    max_large_bytes: int = field(
        default=64 * 1024 * 1024,
        metadata=about(
            "Large messages",
            "of servers, read at once; beyond it one is read after another",
            group=_SERVERS,
            unit="bytes",
            minimum=1024 * 1024,
        ),
    )
    # Pings come every few seconds, and a person or a model answers the others: each costs a request to the server.
    max_questions_per_second: int = field(
        default=100,
        metadata=about("Questions", "a second of one connection to a server; more end the connection", group=_SERVERS),
    )
    # Reading one takes some 20 µs: so many take a tenth of the time that there is for all servers.
    max_notifications_per_second: int = field(
        default=5_000,
        metadata=about("Notifications", "a second of one connection to a server; more are read later", group=_SERVERS),
    )
    # Some 30 MB; a team of ten agents makes as many in a few weeks.
    history_records: int = field(
        default=100_000,
        metadata=about("Calls kept", "beyond it the oldest go of the key that has most", group=_RECORDS, minimum=1),
    )
    # What was said of most of these calls, and a disk's small part.
    history_bytes: int = field(
        default=512 * 1024 * 1024,
        metadata=about(
            "Size of the history",
            "beyond it goes what was said in the oldest calls",
            group=_RECORDS,
            unit="bytes",
            minimum=1024,
        ),
    )
    # Long enough to look into what happened in the last quarter; what is not needed should not be there to be read.
    history_days: int = field(
        default=90,
        metadata=about("Days of the history", "older calls are forgotten", group=_RECORDS, unit="days"),
    )
    # What a program says of one place in a second beyond this is the same again.
    max_log_lines: int = field(
        default=20,
        metadata=about(
            "Log lines", "of one kind in a second; the others are counted", group=_RECORDS, unit="lines", minimum=1
        ),
    )
    # Less than max_processes of a server: somebody else finds a place while one key uses all of its own.
    max_processes_per_key: int = field(
        default=12,
        metadata=about("Processes of a key", "of one server; beyond it its longest unused one ends", group=_SERVERS),
    )
    # An agent makes a dozen calls side by side; a key may be shared by a team.
    max_calls_per_key: int = field(
        default=200,
        metadata=about("Calls of a key", "concurrent; more wait or are refused", group=_CALLS),
    )
    # Half of what a server takes at a time by default: there is always a place for somebody else.
    max_calls_per_key_and_server: int = field(
        default=50,
        metadata=about("Calls at a server", "of one key, concurrent; more wait", group=_CALLS),
    )
    # No model and no person looks through so many; every view of them is held in memory.
    max_list_items: int = field(
        default=20_000,
        metadata=about("List entries", "of a list of a server; more are left out", group=_SERVERS),
    )
    max_list_bytes: int = field(
        default=16 * 1024 * 1024,
        metadata=about(
            "List size", "of a list of a server; more is left out", group=_SERVERS, unit="bytes", minimum=1024
        ),
    )


#: Where nothing is set.
DEFAULT: Final = Limits()
