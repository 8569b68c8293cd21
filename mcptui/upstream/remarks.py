"""What was tolerated of one server, for the person who may be its author."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Final

from mcptui.protocol.text import one_line

log = logging.getLogger(__name__)

#: So many are kept; what a server does in every message is one.
MOST: Final = 30
_LONGEST: Final = 300


class Remarks:
    """Sentences without their subject, each once, in the order of their first appearance.

    Args:
        server: its name, for the log.
    """

    def __init__(self, server: str = "") -> None:
        self._server = server
        self._texts: dict[str, None] = {}

    def add(self, text: str) -> None:
        """The server does ``text``."""
        text = one_line(text, limit=_LONGEST)
        if text in self._texts or len(self._texts) >= MOST:
            return
        self._texts[text] = None
        log.debug("server %s %s", self._server, text)

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)


def unremarked(text: str) -> None:
    """For connections whose other end is known."""
    log.debug("the server %s", text)
