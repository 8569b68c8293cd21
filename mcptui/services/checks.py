"""Refusals that several services share: names that exist, names that do not."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import TypeVar

from mcptui.errors import NotFoundError, RefusedError
from mcptui.model import Server, State
from mcptui.model.names import name_in_headers
from mcptui.secrets.arguments import HOW, WHY, secrets_in_arguments

T = TypeVar("T")


def require(items: Mapping[str, T], kind: str, name: str) -> T:
    """The ``kind`` called ``name``.

    Raises:
        NotFoundError: there is none; the hint names the nearest.
    """
    if name not in items:
        close = difflib.get_close_matches(name, items, n=1, cutoff=0.5)
        raise NotFoundError(f'there is no {kind} "{name}"', hint=f'Did you mean "{close[0]}"?' if close else None)
    return items[name]


def require_free(items: Mapping[str, object], kind: str, name: str) -> None:
    """Refuse a name that is taken.

    Raises:
        RefusedError: it is.
    """
    if name in items:
        raise RefusedError(f'{kind} "{name}" exists', hint="Choose another name.")


def require_distinct(servers: Iterable[str], name: str) -> None:
    """Refuse the name of a server that headers cannot tell from that of another one.

    Raises:
        RefusedError: there is such a one.
    """
    for other in servers:
        if other != name and name_in_headers(other) == name_in_headers(name):
            raise RefusedError(
                f'the server name "{name}" differs from "{other}" only by - and _',
                hint="Choose another name: a credential that a client sends for one could go to the other.",
            )


def require_valid(kind: str, name: str, problem: str | None) -> None:
    """Refuse a name for its spelling.

    Raises:
        RefusedError: ``problem`` says why.
    """
    if problem is not None:
        raise RefusedError(f'the {kind} name "{name}" {problem}')


def require_plain_arguments(server: Server) -> None:
    """Refuse a command line with a secret in it, whose references stand in the place of what was written out.

    Raises:
        RefusedError: there is one.
    """
    if server.url is None and secrets_in_arguments((server.command or "", *server.args)):
        raise RefusedError(f'a secret among the arguments of server "{server.name}" {WHY}', hint=HOW)


def require_servers(state: State, entries: Iterable[str]) -> None:
    """Check entries of a ``servers`` list or a ``tools`` table.

    Raises:
        NotFoundError: one names a server or group that does not exist.
    """
    for entry in entries:
        name = entry.removeprefix("!")
        if name.startswith("@"):
            require(state.groups, "group", name[1:])
        elif name != "*":
            require(state.servers, "server", name)
