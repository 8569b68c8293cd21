"""Which of the servers a request is about."""

from __future__ import annotations

from typing import Final, NamedTuple


class Scope(NamedTuple):
    """All servers that the principal may use (None), or some.

    ``names`` are kept as the client gave them, so that a session stays the same when a server of a group, or
    a grant, comes or goes.
    """

    names: tuple[str, ...] | None = None
    #: Names go without prefix: the request names one server.
    bare: bool = False


ALL: Final = Scope()
