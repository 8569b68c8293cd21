"""The connected clients as commands and app name them, and disconnecting one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mcptui.errors import NotFoundError, RefusedError
from mcptui.protocol.text import counted, one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mcptui.model.runtime import ConnectedClient


def client_name(client: ConnectedClient) -> str:
    """What it calls itself, which is text of a stranger."""
    return one_line(client.name, limit=60) or "unnamed client"


def open_words(client: ConnectedClient) -> str:
    """What it has open: "2 sessions, 1 call"."""
    counts = ((client.sessions, "session"), (client.streams, "stream"), (client.calls, "call"))
    return ", ".join(counted(count, word) for count, word in counts if count)


def return_words(client: ConnectedClient) -> str:
    """What disconnecting does not do."""
    return f"The client can connect again at once while key {client.key} is valid; revoke the key to prevent that."


def find_client(clients: Sequence[ConnectedClient], wanted: str) -> ConnectedClient:
    """The client with the id ``wanted``, or the only one with this name, with or without its version, or this key.

    Raises:
        NotFoundError: there is none.
        RefusedError: there are several.
    """
    by_id = [client for client in clients if client.id == wanted]
    named = by_id or [client for client in clients if wanted in (client.name, client.name.split(" ")[0], client.key)]
    if not named:
        raise NotFoundError(f"no client {wanted} is connected", hint="mcptui gateway clients lists those that are.")
    if len(named) > 1:
        ids = ", ".join(client.id for client in named)
        raise RefusedError(f"{len(named)} clients fit {wanted}", hint=f"Name one by its id: {ids}.")
    return named[0]
